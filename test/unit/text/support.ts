import type { DatasetRecord, Role, ShapeId, TokenizedRecord, Turn } from '../../../src/core/types';
import type { RecordTokenizer } from '../../../src/core/text';

type Said = [role: Role, text: string, trains?: boolean];

/** A record of turns [role, text]; assistant turns train unless told. */
export function recordOf(said: Said[], shape: ShapeId = 'messages'): DatasetRecord {
  const range = { start: 0, end: 0 };
  const turns: Turn[] = said.map(([role, text, trains = role === 'assistant']) => ({ role, text, range, parts: [], trains }));
  return { index: 0, line: 1, range, hash: 'hash', shape, turns };
}

/** The text of all tokens, and of those that train. */
export function spelled({ tokenizer }: RecordTokenizer, { ids, response }: TokenizedRecord): { all: string; trains: string } {
  return { all: tokenizer.decode([...ids]), trains: tokenizer.decode([...ids].filter((_, i) => response[i])) };
}

/** The pieces of a turn's text that its tokens cover. */
export function slices(record: DatasetRecord, turn: number, { turnOf, charStart, charEnd }: TokenizedRecord): string[] {
  return [...turnOf.keys()].filter((i) => turnOf[i] === turn).map((i) => record.turns[turn]!.text.slice(charStart[i], charEnd[i]));
}
