// Which engine processes belong to an editor that a test started: they inherit a mark in their environment.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

export const newMark = () => randomUUID();

/** The environment that carries the mark. @param {string} mark */
export const markedEnv = (mark) => ({ PERSONA_LENS_TEST_MARK: mark });

/** Process ids of engine children with the mark (Linux only). @param {string} mark @returns {number[]} */
export function engineProcesses(mark) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(pid, 'environ').includes(`PERSONA_LENS_TEST_MARK=${mark}`) && read(pid, 'cmdline').includes('engine.cjs'))
    .map(Number);
}

/** A process may end while it is looked at. */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
