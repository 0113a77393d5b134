import { audit } from './audit.mjs';
import { crash } from './crash.mjs';
import { heatmap } from './heatmap.mjs';
import { trusted } from './trusted.mjs';
import { untrusted } from './untrusted.mjs';

/** Each plays in an editor of its own. */
export const scenes = [audit, heatmap, trusted, untrusted, crash];
