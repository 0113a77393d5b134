import type { PairSide, ShapeId, Turn } from '../../types';
import type { JsonObject, JsonRow } from '../json/node';

/** A record before the training rule, its hash and its place. */
export interface Draft {
  turns: Turn[];
  side?: PairSide;
  desirable?: boolean;
  /** Only the last assistant turn trains, whatever the user's rule. */
  lastOnly?: boolean;
}

/** A dataset shape: how to know a row of it, and how to read one. */
export interface Shape {
  id: ShapeId;
  /** A row with none of these fields is of another shape, not a faulty one of this. */
  keys: string[];
  fits(row: JsonObject): boolean;
  /** Throws RowFault for a row that has the shape but cannot be read. */
  read(row: JsonRow): Draft[];
}
