import { type Colour, contrast, legibleAlpha, over, parseColour, withAlpha } from './colour';

/** The theme's colours that canvases and shading need, opaque. */
export interface Theme {
  background: Colour;
  foreground: Colour;
  muted: Colour;
  border: Colour;
  focus: Colour;
  /** Blue: low. */
  low: Colour;
  /** Amber: high. */
  high: Colour;
  /** The most of `low` or `high` that may lie under text. */
  textAlpha: { low: number; high: number };
  highContrast: boolean;
  fontFamily: string;
}

const TEXT_CONTRAST = 4.6;
const MOST_UNDER_TEXT = 0.7;

/** The colours that do not follow from others. */
type Inks = Pick<Theme, 'background' | 'foreground' | 'muted' | 'border' | 'focus' | 'low' | 'high' | 'highContrast' | 'fontFamily'>;

function withTextAlpha(inks: Inks): Theme {
  const underText = (tint: Colour): number => legibleAlpha(tint, inks.background, inks.foreground, TEXT_CONTRAST, MOST_UNDER_TEXT);
  return { ...inks, textAlpha: { low: underText(inks.low), high: underText(inks.high) } };
}

const rgb = (r: number, g: number, b: number): Colour => ({ r, g, b, a: 1 });

/** Where VS Code's own themes leave a variable out (high contrast) the next name stands in. */
export function themeFrom(lookUp: (variable: string) => string, highContrast: boolean): Theme {
  const find = (name: string): Colour | null => parseColour(lookUp(`--vscode-${name}`));
  const background = over(find('editor-background') ?? rgb(31, 31, 31), rgb(31, 31, 31));
  const solid = (names: string[], fallback: Colour): Colour => {
    const found = names.map(find).find((colour) => colour !== null);
    return over(found ?? fallback, background);
  };
  const foreground = solid(['editor-foreground', 'foreground'], rgb(204, 204, 204));
  return withTextAlpha({
    background,
    foreground,
    muted: solid(['descriptionForeground'], foreground),
    border: solid(highContrast ? ['contrastBorder', 'panel-border'] : ['widget-border', 'panel-border'], withAlpha(foreground, 0.2)),
    focus: solid(['focusBorder'], foreground),
    low: withAlpha(find('charts-blue') ?? rgb(89, 164, 249), 1),
    high: amber(find('charts-yellow') ?? rgb(204, 167, 0), find('charts-orange')),
    highContrast,
    fontFamily: lookUp('--vscode-font-family').trim() || 'sans-serif',
  });
}

/**
 * Half way between the theme's yellow, olive on a dark ground, and its orange, which the Modern themes make a third transparent
 * and high contrast leaves out.
 */
function amber(yellow: Colour, orange: Colour | null): Colour {
  return over(withAlpha(orange ?? yellow, 0.5), yellow);
}

/** Where the system forces its colours the theme's would not be seen, or not together. */
export function forcedTheme(colourOf: (system: string) => string, fontFamily: string): Theme {
  const background = parseColour(colourOf('Canvas')) ?? rgb(0, 0, 0);
  const foreground = parseColour(colourOf('CanvasText')) ?? rgb(255, 255, 255);
  const focus = parseColour(colourOf('Highlight')) ?? foreground;
  const dark = contrast(background, rgb(0, 0, 0)) < contrast(background, rgb(255, 255, 255));
  const [low, high] = dark ? [rgb(89, 164, 249), rgb(255, 211, 112)] : [rgb(0, 99, 211), rgb(137, 85, 3)];
  return withTextAlpha({ background, foreground, muted: foreground, border: foreground, focus, low, high, highContrast: true, fontFamily });
}

const FORCED = '(forced-colors: active)';

export function readTheme(): Theme {
  const styles = getComputedStyle(document.documentElement);
  const lookUp = (variable: string): string => styles.getPropertyValue(variable);
  if (matchMedia(FORCED).matches) return forcedTheme(systemColour, lookUp('--vscode-font-family'));
  return themeFrom(lookUp, document.body.classList.contains('vscode-high-contrast'));
}

function systemColour(name: string): string {
  const probe = document.body.appendChild(document.createElement('span'));
  probe.style.color = name;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** VS Code changes the variables on the root and then the body's class; one change of theme may call more than once. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  matchMedia(FORCED).addEventListener('change', changed);
}
