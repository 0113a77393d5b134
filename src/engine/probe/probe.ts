import { execFile } from 'node:child_process';
import { type ProbeResult, probeResult } from './result';

export interface ProbeOptions {
  /** The probe's script, `dist/probe.cjs`; null where there is none. */
  entry: string | null;
  threads: number | null;
  /** After so long the probe is killed: compiling the shaders may take seconds, a hung driver takes forever. */
  limitSeconds?: number;
}

const results = new Map<string, Promise<ProbeResult>>();

/**
 * Whether WebGPU computes what the CPU does, and how fast, tried in a process of its own: a driver may crash or hang.
 * Whatever happens there is a result with its reason. Asked once in the life of this process.
 */
export function probeWebGpu(options: ProbeOptions): Promise<ProbeResult> {
  const key = JSON.stringify(options);
  let result = results.get(key);
  if (!result) {
    result = run(options);
    results.set(key, result);
  }
  return result;
}

function run({ entry, threads, limitSeconds = 180 }: ProbeOptions): Promise<ProbeResult> {
  if (entry === null) return Promise.resolve({ ok: false, reason: 'this program comes without its check' });
  return new Promise((resolve) => {
    const args = threads === null ? [entry] : [entry, String(threads)];
    execFile(process.execPath, args, { timeout: limitSeconds * 1000, killSignal: 'SIGKILL', maxBuffer: 2 ** 20, windowsHide: true }, (error, stdout, stderr) => {
      const said = parse(lastLine(stdout));
      if (said) resolve(said.ok ? said : { ok: false, reason: `${said.reason}${lastWords(stderr)}` });
      else if (error?.killed) resolve({ ok: false, reason: `its check did not end within ${limitSeconds} s` });
      else resolve({ ok: false, reason: `its check ended without a result (${error?.signal ?? `exit code ${String(error?.code ?? 0)}`})${lastWords(stderr)}` });
    });
  });
}

function parse(line: string): ProbeResult | null {
  try {
    return probeResult.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

/** What was said last on stderr: the driver's own reason is often only there. Lines that say where in a source are left out. */
function lastWords(stderr: string): string {
  const lines = plainText(stderr).split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  const line = lines.at(-1)?.trim().slice(0, 300);
  return line === undefined ? '' : ` (${line})`;
}

/** Without the colours that the runtime writes. */
const plainText = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, '');
