import { type Colour, legibleAlpha, over, parseColour, withAlpha } from './colour';

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

/** Where VS Code's own themes leave a variable out (high contrast) the next name stands in. */
export function themeFrom(lookUp: (variable: string) => string, highContrast: boolean): Theme {
  const black = { r: 31, g: 31, b: 31, a: 1 };
  const first = (names: string[], fallback: Colour): Colour => {
    for (const name of names) {
      const colour = parseColour(lookUp(`--vscode-${name}`));
      if (colour) return colour;
    }
    return fallback;
  };
  const background = over(first(['editor-background'], black), black);
  const solid = (names: string[], fallback: Colour): Colour => over(first(names, fallback), background);
  const foreground = solid(['editor-foreground', 'foreground'], { r: 204, g: 204, b: 204, a: 1 });
  // charts.orange is a third transparent in the Modern themes and absent in high contrast: charts.yellow is the amber of all four.
  const high = withAlpha(first(['charts-yellow', 'charts-orange'], { r: 204, g: 167, b: 0, a: 1 }), 1);
  const low = withAlpha(first(['charts-blue'], { r: 89, g: 164, b: 249, a: 1 }), 1);
  const underText = (tint: Colour): number => legibleAlpha(tint, background, foreground, TEXT_CONTRAST, MOST_UNDER_TEXT);
  return {
    background,
    foreground,
    muted: solid(['descriptionForeground'], foreground),
    border: solid(highContrast ? ['contrastBorder', 'panel-border'] : ['widget-border', 'panel-border'], withAlpha(foreground, 0.2)),
    focus: solid(['focusBorder'], foreground),
    low,
    high,
    textAlpha: { low: underText(low), high: underText(high) },
    highContrast,
    fontFamily: lookUp('--vscode-font-family').trim() || 'sans-serif',
  };
}

export function readTheme(): Theme {
  const styles = getComputedStyle(document.documentElement);
  return themeFrom((variable) => styles.getPropertyValue(variable), document.body.classList.contains('vscode-high-contrast'));
}

/** VS Code changes the variables on the root and then the body's class; one change of theme may call more than once. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
}
