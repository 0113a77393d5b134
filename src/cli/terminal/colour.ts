/** How many colours a stream shows: none, 16, 256, or 24 bits. */
export type ColourDepth = 0 | 1 | 2 | 3;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * NO_COLOR (not empty) turns colour off, whatever else is said; FORCE_COLOR turns it on for pipes too (0 to 3 name the
 * depth); otherwise a terminal has colour and anything else has none.
 */
export function colourDepth(stream: { isTTY?: boolean | undefined }, env: Environment): ColourDepth {
  if (env.NO_COLOR) return 0;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) {
    if (forced === '0' || forced === 'false') return 0;
    if (forced === '2') return 2;
    if (forced === '3') return 3;
    return Math.max(1, stream.isTTY ? detected(env) : 1) as ColourDepth;
  }
  return stream.isTTY ? detected(env) : 0;
}

function detected(env: Environment): ColourDepth {
  if (env.TERM === 'dumb') return 0;
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? '') || env.WT_SESSION !== undefined || env.TERM_PROGRAM === 'vscode') return 3;
  return /256/.test(env.TERM ?? '') ? 2 : 1;
}

type Rgb = [red: number, green: number, blue: number];

interface Shade {
  rgb: Rgb;
  indexed: number;
  /** Background of the 16 colours; null where a step is too faint to show. */
  basic: number | null;
  darkText: boolean;
}

/** Three steps a side, readable on dark and light terminals: each sets its own text colour. */
const amber: Shade[] = [
  { rgb: [122, 92, 26], indexed: 94, basic: null, darkText: false },
  { rgb: [196, 138, 0], indexed: 172, basic: 43, darkText: true },
  { rgb: [255, 183, 28], indexed: 214, basic: 43, darkText: true },
];
const blue: Shade[] = [
  { rgb: [48, 80, 118], indexed: 24, basic: null, darkText: false },
  { rgb: [38, 104, 178], indexed: 25, basic: 44, darkText: false },
  { rgb: [74, 158, 255], indexed: 75, basic: 44, darkText: true },
];

/** Puts colour on text that is already neutral. With depth 0 every function gives its argument. */
export interface Paint {
  readonly depth: ColourDepth;
  bold(text: string): string;
  dim(text: string): string;
  high(text: string): string;
  low(text: string): string;
  /** @param strength -3..3: blue below 0, amber above, 0 none */
  shade(text: string, strength: number): string;
}

export function paintFor(depth: ColourDepth): Paint {
  const wrap = (open: string, close: string) => (text: string) => (depth === 0 || text === '' ? text : `\u001b[${open}m${text}\u001b[${close}m`);
  return {
    depth,
    bold: wrap('1', '22'),
    dim: wrap('2', '22'),
    high: wrap(depth >= 2 ? '38;5;214' : '33', '39'),
    low: wrap(depth >= 2 ? '38;5;75' : '34', '39'),
    shade: (text, strength) => {
      const step = (strength > 0 ? amber : blue)[Math.min(3, Math.abs(strength)) - 1];
      const background = step && depth > 0 ? backgroundCode(step, depth) : null;
      return background === null ? text : wrap(`${background};${step!.darkText ? '30' : '97'}`, '39;49')(text);
    },
  };
}

function backgroundCode({ rgb, indexed, basic }: Shade, depth: ColourDepth): string | null {
  if (depth === 3) return `48;2;${rgb.join(';')}`;
  if (depth === 2) return `48;5;${indexed}`;
  return basic === null ? null : String(basic);
}
