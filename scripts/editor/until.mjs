// Waiting for a condition instead of for a time.
import { setTimeout as delay } from 'node:timers/promises';

/** On a busy machine: E2E_PATIENCE=5 waits five times as long. */
const USUAL_TIMEOUT_MS = 30_000 * Number(process.env.E2E_PATIENCE ?? 1);

/**
 * Reads until `accept` says yes, and returns what was read.
 * @template T
 * @param {() => T | Promise<T>} read
 * @param {(value: T) => unknown} accept
 * @param {{ what: string, timeoutMs?: number, everyMs?: number }} options `what` names the thing waited for in the error
 * @returns {Promise<T>}
 */
export async function until(read, accept, { what, timeoutMs = USUAL_TIMEOUT_MS, everyMs = 100 }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (await accept(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`Waited ${timeoutMs / 1000} s for ${what}; last seen: ${JSON.stringify(value)}`);
    await delay(everyMs);
  }
}
