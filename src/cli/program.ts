import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { isExpected } from '../base/errors';
import { addAudit } from './commands/audit';
import { addCache } from './commands/cache';
import { addDoctor } from './commands/doctor';
import { addCard } from './commands/card';
import { addInspect } from './commands/inspect';
import { addTeach } from './commands/teach';
import { addTrace } from './commands/trace';
import { ExitCode } from './exitCode';
import { type Io, columnsOf } from './io';
import { PipeClosedError } from './output';
import { neutralise } from './terminal/neutralise';

/** Runs a command line (without node and script) and gives its exit code. Throws bugs only. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code: number = ExitCode.ok;
  const program = createProgram(io, (finished) => {
    code = finished;
  });
  if (args.length === 0) {
    program.outputHelp({ error: true });
    return ExitCode.couldNotRun;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end by an error with code 0; wrong usage has been told by commander.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.couldNotRun;
    if (error instanceof PipeClosedError) return ExitCode.ok;
    if (!isExpected(error)) throw error;
    io.stderr.write(`${neutralise(`persona-lens: ${error.message}`)}\n`);
    return ExitCode.couldNotRun;
  }
}

function createProgram(io: Io, finish: (code: number) => void): Command {
  const program = new Command('persona-lens')
    .description('See which rows of a fine-tuning file a local model finds unusual, before you train on them.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text.replace(/^error: /, 'persona-lens: ')),
      getOutHelpWidth: () => columnsOf(io.stdout, io.env),
      getErrHelpWidth: () => columnsOf(io.stderr, io.env),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  program.addHelpText('after', '\nStart with\n  persona-lens audit train.jsonl\n\nEach command explains itself: persona-lens audit --help');
  addAudit(program, io, finish);
  addInspect(program, io, finish);
  addTeach(program, io, finish);
  addTrace(program, io, finish);
  addDoctor(program, io, finish);
  addCard(program, io, finish);
  addCache(program, io, finish);
  return program;
}
