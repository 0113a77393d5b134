import { audit } from './audit.mjs';
import { crash } from './crash.mjs';
import { cursor } from './cursor.mjs';
import { heatmap } from './heatmap.mjs';
import { stillLenses } from './lenses.mjs';
import { opening } from './opening.mjs';
import { push } from './push.mjs';
import { trusted } from './trusted.mjs';
import { untrusted } from './untrusted.mjs';

/** Each plays in an editor of its own. */
export const scenes = [opening, audit, stillLenses, heatmap, push, cursor, trusted, untrusted, crash];
