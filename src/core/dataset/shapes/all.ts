import { alpaca } from './alpaca';
import { instances } from './instances';
import { kto } from './kto';
import { messages } from './messages';
import { preference } from './preference';
import { promptCompletion } from './promptCompletion';
import type { Shape } from './shape';
import { sharegpt } from './sharegpt';
import { text } from './text';

/** Every known shape. A row that fits several is of the first: the order goes from the more to the less particular. */
export const SHAPES: readonly Shape[] = [preference, kto, messages, sharegpt, instances, alpaca, promptCompletion, text];
