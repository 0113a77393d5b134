import type { Command } from 'commander';
import { silentLogger } from '../../base/logger';
import { bytesWords, rowsWords } from '../../core/report';
import type { CacheInfo } from '../../protocol';
import { ExitCode } from '../exitCode';
import type { Io } from '../io';
import { cacheLimitBytes } from '../options';
import { streamOutput } from '../output';
import { neutralise } from '../terminal/neutralise';

export function addCache(program: Command, io: Io, finish: (code: number) => void): void {
  const cache = program.command('cache').summary('show or clear the rows computed before').description('Computed rows are kept so that a file is run once only. Deleting them loses nothing but time.');
  const locationOf = (options: { cache?: string }) => ({ folder: options.cache ?? io.defaultCacheFolder(), maxBytes: cacheLimitBytes });
  cache
    .command('info', { isDefault: true })
    .description('where the cache is and how large')
    .option('--cache <dir>', 'folder of the cache')
    .action(async (options: { cache?: string }) => {
      await withAuditor(io, async (auditor) => infoLines(await auditor.cacheInfo(locationOf(options))));
      finish(ExitCode.ok);
    });
  cache
    .command('clear')
    .description('delete what the cache holds')
    .option('--cache <dir>', 'folder of the cache')
    .action(async (options: { cache?: string }) => {
      await withAuditor(io, async (auditor) => {
        const location = locationOf(options);
        const before = await auditor.cacheInfo(location);
        const after = await auditor.clearCache(location);
        return [`Cleared ${bytesWords(before.bytes - after.bytes)} (${rowsWords(before.records - after.records)}) in ${after.folder}`];
      });
      finish(ExitCode.ok);
    });
}

async function withAuditor(io: Io, lines: (auditor: Awaited<ReturnType<Io['openAuditor']>>) => Promise<string[]>): Promise<void> {
  const auditor = await io.openAuditor(silentLogger);
  try {
    const text = await lines(auditor);
    await streamOutput(io.stdout).write(text.map((line) => `${neutralise(line)}\n`).join(''));
  } finally {
    auditor.dispose();
  }
}

function infoLines({ folder, bytes, records, maxBytes }: CacheInfo): string[] {
  return [`Folder  ${folder}`, `Size    ${bytesWords(bytes)} of at most ${bytesWords(maxBytes)}`, `Rows    ${rowsWords(records)}`];
}
