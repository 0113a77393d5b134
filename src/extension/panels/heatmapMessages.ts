import { z } from 'zod';
import type { HeatmapOut } from '../../protocol';

const offset = z.number().int().nonnegative();
const MOST_TEXT = 20_000_000;
const MOST_PICTURE = 60_000_000;

const schema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('select'), range: z.strictObject({ start: offset, end: offset }).refine(({ start, end }) => start <= end) }),
  z.strictObject({ type: z.literal('measure'), measure: z.literal('push') }),
  z.strictObject({ type: z.literal('copy-text'), text: z.string().max(MOST_TEXT) }),
  z.strictObject({ type: z.literal('save'), kind: z.enum(['png', 'svg']), data: z.string().max(MOST_PICTURE) }),
]) satisfies z.ZodType<HeatmapOut>;

/** A message of the heatmap, checked; null where it is none. */
export function heatmapMessage(raw: unknown): HeatmapOut | null {
  const parsed = schema.safeParse(raw);
  return parsed.success ? parsed.data : null;
}

const PNG_URL = 'data:image/png;base64,';
const SVG_URL = 'data:image/svg+xml';
const PNG_MAGIC = [0x89, 0x50, 0x4e, 0x47];

/** The bytes of a picture that the heatmap made: PNG as base64 (or a data URL), SVG as its text. Null where it is no such picture. */
export function pictureBytes({ kind, data }: { kind: 'png' | 'svg'; data: string }): Uint8Array | null {
  if (kind === 'png') {
    const bytes = Buffer.from(data.startsWith(PNG_URL) ? data.slice(PNG_URL.length) : data, 'base64');
    return PNG_MAGIC.every((byte, i) => bytes[i] === byte) ? bytes : null;
  }
  return !data.startsWith(SVG_URL) && /^\s*(<\?xml[^>]*\?>\s*)?<svg\b/.test(data) ? Buffer.from(data, 'utf8') : null;
}
