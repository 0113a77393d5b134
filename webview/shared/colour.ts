/** sRGB, 0..255, with alpha 0..1. */
export interface Colour {
  r: number;
  g: number;
  b: number;
  a: number;
}

/** The forms that theme variables take: #rgb, #rgba, #rrggbb, #rrggbbaa, rgb(), rgba(). Null for anything else. */
export function parseColour(text: string): Colour | null {
  const value = text.trim().toLowerCase();
  return value.startsWith('#') ? parseHex(value.slice(1)) : parseRgb(value);
}

function parseHex(digits: string): Colour | null {
  if (!/^[0-9a-f]+$/.test(digits)) return null;
  const wide = digits.length <= 4 ? [...digits].map((d) => d + d).join('') : digits;
  if (wide.length !== 6 && wide.length !== 8) return null;
  const at = (i: number): number => parseInt(wide.slice(2 * i, 2 * i + 2), 16);
  return { r: at(0), g: at(1), b: at(2), a: wide.length === 8 ? at(3) / 255 : 1 };
}

function parseRgb(value: string): Colour | null {
  const match = /^rgba?\(([^)]+)\)$/.exec(value);
  if (!match) return null;
  const [r, g, b, a = 1] = match[1]!.split(/[\s,/]+/).filter(Boolean).map(parseChannel);
  if (r === undefined || g === undefined || b === undefined || [r, g, b, a].some(Number.isNaN)) return null;
  return { r, g, b, a };
}

function parseChannel(text: string): number {
  return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
}

export function toCss({ r, g, b, a }: Colour): string {
  const [red, green, blue] = [r, g, b].map(Math.round);
  return a >= 1 ? `rgb(${red}, ${green}, ${blue})` : `rgba(${red}, ${green}, ${blue}, ${Number(a.toFixed(3))})`;
}

export function withAlpha(colour: Colour, a: number): Colour {
  return { ...colour, a };
}

/** What is seen where `top` lies over an opaque `bottom`. */
export function over(top: Colour, bottom: Colour): Colour {
  const mix = (t: number, b: number): number => t * top.a + b * (1 - top.a);
  return { r: mix(top.r, bottom.r), g: mix(top.g, bottom.g), b: mix(top.b, bottom.b), a: 1 };
}

/** Contrast ratio of two opaque colours, 1..21 (WCAG 2.2, "contrast ratio" and "relative luminance"). */
export function contrast(one: Colour, other: Colour): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance({ r, g, b }: Colour): number {
  const linear = (channel: number): number => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** The most of `tint` that can lie under `text` with the text still at `ratio`, no more than `most`. */
export function legibleAlpha(tint: Colour, background: Colour, text: Colour, ratio: number, most: number): number {
  const reads = (a: number): boolean => contrast(over(withAlpha(tint, a), background), text) >= ratio;
  if (reads(most)) return most;
  let [low, high] = [0, most];
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    if (reads(middle)) low = middle;
    else high = middle;
  }
  return low;
}
