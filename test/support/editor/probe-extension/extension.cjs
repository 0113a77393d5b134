// A throw-away extension with one of each thing the editor tests look at: a lens, a hover, a panel, a status bar item.
const vscode = require('vscode');

exports.activate = (context) => {
  const selector = { language: 'plaintext' };
  const status = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Left);
  status.text = 'probe ready';
  status.show();
  const output = vscode.window.createOutputChannel('Editor Probe');
  output.appendLine('probe activated');
  context.subscriptions.push(
    status,
    output,
    vscode.languages.registerCodeLensProvider(selector, { provideCodeLenses }),
    vscode.languages.registerHoverProvider(selector, { provideHover }),
    vscode.commands.registerCommand('editorProbe.panel', () => openPanel(context, 'Probe Panel', '')),
    vscode.commands.registerCommand('editorProbe.violate', () =>
      openPanel(context, 'Broken Panel', '<p style="color:red">refused</p>'),
    ),
  );
};

function provideCodeLenses(document) {
  return [0, 2].map(
    (line) =>
      new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
        title: `line ${line + 1} has ${document.lineAt(line).text.length} characters`,
        command: 'editorProbe.panel',
      }),
  );
}

function provideHover(document, position) {
  const word = document.getText(document.getWordRangeAtPosition(position));
  return new vscode.Hover(new vscode.MarkdownString(`the word **${word}** on line ${position.line + 1}`));
}

function openPanel({ extensionUri }, title, body) {
  const nonce = Math.random().toString(36).slice(2);
  const panel = vscode.window.createWebviewPanel('editorProbe', title, vscode.ViewColumn.Beside, {
    enableScripts: true,
  });
  const script = panel.webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'panel.js'));
  panel.webview.html = `<!DOCTYPE html>
<html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'">
<style nonce="${nonce}">h1 { color: var(--vscode-textLink-foreground); }</style></head>
<body><h1>Panel</h1><p id="answer">waiting</p>${body}
<script nonce="${nonce}" src="${script}"></script></body></html>`;
}
