import { join } from 'node:path';

/** The files of an adapter that peft saved, its configuration first. */
export const adapterFiles = (folder: string): [config: string, tensors: string] => [join(folder, 'adapter_config.json'), join(folder, 'adapter_model.safetensors')];
