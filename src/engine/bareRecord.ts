import type { TokenizedRecord } from '../core/types';

/**
 * A row of tokens that come from no file.
 * @param response 1 for each response token; all of them unless told
 */
export function bareRecord(ids: ArrayLike<number>, { hash = '', response = Array.from(ids, () => 1) }: { hash?: string; response?: ArrayLike<number> } = {}): TokenizedRecord {
  return {
    hash,
    ids: Int32Array.from(ids),
    turnOf: Int16Array.from(response, (counts) => (counts ? 0 : -1)),
    charStart: new Uint32Array(ids.length),
    charEnd: new Uint32Array(ids.length),
    response: Uint8Array.from(response),
    truncated: false,
    templateMarkers: false,
  };
}
