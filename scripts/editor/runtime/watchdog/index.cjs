// Stands in for the native @vscode/native-watchdog; scripts/editor/guard.mjs ends the extension host instead.
exports.start = () => {};
