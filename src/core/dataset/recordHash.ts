import { sha256 } from '../../base/hash';
import type { Turn } from '../types';

/**
 * A record's name: SHA-256 of the canonical JSON of its turns. Where it stands in the file is no part of it. The keys
 * are written in sorted order here, which is canonical JSON without the price of sorting them.
 */
export function recordHash(turns: readonly Pick<Turn, 'role' | 'text' | 'trains'>[]): string {
  return sha256(JSON.stringify(turns.map(({ role, text, trains }) => ({ role, text, trains }))));
}
