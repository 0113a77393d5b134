/** The platforms that onnxruntime-node has a library for, as the editor names them: `process.platform-process.arch`. */
export const targets = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'];
