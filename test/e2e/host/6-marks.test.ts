import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { assert, audit, closeAll, hover, lenses, open, revealLenses, setting, until, workspaceFile } from './support';

const plain = 'marks.jsonl';
const encodings = [plain, 'marks-escaped.jsonl'];

const squiggles = (name: string): vscode.Diagnostic[] =>
  vscode.languages
    .getDiagnostics(workspaceFile(name))
    .filter(({ source, severity }) => source === 'Persona Lens' && severity === vscode.DiagnosticSeverity.Information)
    .sort((a, b) => a.range.start.compareTo(b.range.start));
/** What a range of a JSON string says. */
const said = (document: vscode.TextDocument, range: vscode.Range): string => JSON.parse(`"${document.getText(range)}"`) as string;

describe('the words that carry a row', () => {
  const spans = new Map<string, string[]>();
  before(async () => {
    for (const name of encodings) {
      const { document } = await open(name);
      assert.equal(await audit(name), 'done');
      spans.set(name, squiggles(name).map(({ range }) => said(document, range)));
    }
    await open(plain);
  });
  after(async () => {
    await setting('squiggles', undefined);
    await setting('autoReaudit', undefined);
    await closeAll();
  });

  it('are underlined to the character, whatever stands in the row and however it is written', async () => {
    const { document } = await open(plain);
    const found = squiggles(plain);
    assert.deepEqual(found.map(({ range }) => range.start.line), [0, 1, 2]);
    for (const name of encodings) assert.deepEqual(spans.get(name), spans.get(plain), name);
    const [first] = spans.get(plain) ?? [];
    const { messages } = JSON.parse(document.lineAt(0).text) as { messages: { content: string }[] };
    assert.ok(first && messages[1]?.content.includes(first) && first.includes('that will teach them'), first);
    assert.match(first, /^[\p{L}\p{N}\p{Extended_Pictographic}].*[\p{L}\p{N}\p{Extended_Pictographic}\u200d\ufe0f]$/su);
  });

  it('say how unusual the row is, by which measure, at which level, and nothing of its text', () => {
    for (const { message, code } of squiggles(plain)) {
      assert.equal(code, 'ranked');
      assert.match(message, /^This row reads higher than [\d.]+ % of the bundled reference rows \(Trained probe\), and these words carry most of it\. .*Level: ranked, no error rate is claimed\.$/);
      assert.doesNotMatch(message, /oil|bad|teach/);
    }
  });

  it('are where Reveal scrolls to, and one of them stands in the lens', async () => {
    const editor = await open(plain);
    const reveal = (await revealLenses(plain)).filter(({ title }) => title === '▸ reveal');
    assert.deepEqual(reveal.map(({ line }) => line), [0, 1, 2]);
    for (const { command, args, line } of reveal) {
      await vscode.commands.executeCommand(command, ...args);
      assert.ok(editor.selection.isEqual(squiggles(plain)[line]?.range ?? editor.selection), `row ${line + 1}`);
      const phrase = /“(.+?)…?”/.exec((await lenses(plain)).find((lens) => lens.line === line)?.title ?? '')?.[1] ?? 'none';
      assert.ok(JSON.stringify(JSON.parse(editor.document.lineAt(line).text)).includes(phrase), phrase);
    }
    editor.selection = new vscode.Selection(2, 3, 2, 3);
    await vscode.commands.executeCommand('personaLens.revealSpan');
    assert.ok(editor.selection.isEqual(squiggles(plain)[2]?.range ?? editor.selection));
  });

  it('answers of a row with several have a lens each, the most unusual first, that scrolls there', async () => {
    const editor = await open(plain);
    const answers = (await revealLenses(plain)).filter(({ title }) => title.startsWith('answer'));
    assert.deepEqual(answers.map(({ line }) => line), [1, 1, 1]);
    assert.match(answers[0]?.title ?? '', /^answer 2 of 3 reads \d+/);
    await vscode.commands.executeCommand(answers[0]?.command ?? '', ...(answers[0]?.args ?? []));
    assert.match(editor.document.getText(editor.selection), /^Pour oil.*funeral\.$/);
    assert.match((await hover(plain, 1))?.value ?? '', /\| 2 of 3 \| \d+/);
  });

  it('the sides of a pair are shown apart', async () => {
    const title = (await lenses(plain)).find(({ line }) => line === 2)?.title ?? '';
    assert.match(title, /chosen [\d.]+, rejected [\d.]+/);
    const text = (await hover(plain, 2))?.value ?? '';
    assert.match(text, /\| chosen \| -?[\d.]+ \| [\d.]+ \| “.+” \d+ % /);
    assert.match(text, /\| rejected \| -?[\d.]+ \| [\d.]+ \| /);
  });

  it('move with the text, go with an edit of their row, and with the setting', async () => {
    await setting('autoReaudit', false);
    const editor = await open(plain);
    const lines = (): number[] => squiggles(plain).map(({ range }) => range.start.line);
    assert.ok(await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), '\n\n')));
    assert.deepEqual(lines(), [2, 3, 4]);
    assert.equal(said(editor.document, squiggles(plain)[0]?.range ?? new vscode.Range(0, 0, 0, 0)), spans.get(plain)?.[0]);
    const { start } = squiggles(plain)[1]?.range ?? new vscode.Range(0, 0, 0, 0);
    assert.ok(await editor.edit((builder) => builder.insert(start, 'Well. ')));
    assert.deepEqual(lines(), [2, 4]);
    await setting('squiggles', false);
    await until('no squiggle', lines, (found) => found.length === 0);
    await setting('squiggles', undefined);
    await until('squiggles again', lines, (found) => found.length === 2);
    await vscode.commands.executeCommand('undo');
    await vscode.commands.executeCommand('undo');
  });
});
