/** Whether this machine can load it. */
export const swiftshaderSupported: boolean;

/** Unpacks it unless it is there; the environment under which a process finds it as its only Vulkan driver. */
export function swiftshaderEnvironment(): Promise<{ VK_ICD_FILENAMES: string; LD_LIBRARY_PATH: string }>;
