#!/usr/bin/env node
// Stands in for the desktop executable `code` where there is none: @vscode/test-electron and @vscode/test-cli start it
// with the arguments they would give VS Code, and it runs the suite in the extension host of the server editor.
import('./host.mjs')
  .then(({ runHost }) => runHost(process.argv.slice(2)))
  .then(
    (code) => process.exit(code),
    (error) => {
      console.error(`code-shim: ${error.message}`);
      process.exit(1);
    },
  );
