/** What native code, the runtime and V8 say when they end a process, and where. Anything else may quote a row. */
const ours = [
  /^\s+at [\w.<>$ [\]]*\(?[^()]*:\d+:\d+\)?$/,
  /^terminate called after throwing an instance of '[\w:]+'$/,
  /^\s*what\(\): {2}std::bad_alloc$/,
  /^(FATAL ERROR|<--- Last few GCs|# Fatal|# Check failed|Segmentation fault|Illegal instruction|Aborted)/,
  /^(node|dyld|Error loading shared library|.*: symbol lookup error)\b/,
  /\[E:onnxruntime:/,
  /^(\w+Error|Error|not an Error)$/,
];

const most = 2000;

/** The last words of a child that may be logged: bounded, and without lines that could hold text of a row. */
export function loggable(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => ours.some((pattern) => pattern.test(line)))
    .map((line) => line.trimEnd().slice(0, 300))
    .join('\n')
    .slice(-most);
}
