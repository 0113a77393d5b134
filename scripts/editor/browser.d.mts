import type { Browser } from 'playwright-core';

/** Unpacks the browser unless it is there; the folder it returns holds it. */
export function installBrowser(options?: { log?: (line: string) => void }): Promise<string>;

/** Launches it; its temp files lie in `tempDir`, or in a folder that goes when the browser closes. */
export function launchBrowser(options?: { tempDir?: string; log?: (line: string) => void }): Promise<Browser>;
