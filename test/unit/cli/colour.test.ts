import { describe, expect, test } from 'vitest';
import { colourDepth, paintFor } from '../../../src/cli/terminal/colour';

const tty = { isTTY: true };
const pipe = {};

describe('colourDepth', () => {
  test.each([
    ['a terminal', tty, { TERM: 'xterm' }, 1],
    ['a terminal with 256 colours', tty, { TERM: 'xterm-256color' }, 2],
    ['a terminal with 24 bits', tty, { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 3],
    ['a dumb terminal', tty, { TERM: 'dumb' }, 0],
    ['a pipe', pipe, { TERM: 'xterm-256color' }, 0],
    ['NO_COLOR', tty, { TERM: 'xterm-256color', NO_COLOR: '1' }, 0],
    ['an empty NO_COLOR says nothing', tty, { TERM: 'xterm', NO_COLOR: '' }, 1],
    ['NO_COLOR beats FORCE_COLOR', tty, { NO_COLOR: '1', FORCE_COLOR: '3' }, 0],
    ['FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '1', TERM: 'xterm-256color' }, 1],
    ['an empty FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '' }, 1],
    ['FORCE_COLOR=true on a terminal keeps its depth', tty, { FORCE_COLOR: 'true', TERM: 'xterm-256color' }, 2],
    ['FORCE_COLOR=2', pipe, { FORCE_COLOR: '2' }, 2],
    ['FORCE_COLOR=3', pipe, { FORCE_COLOR: '3' }, 3],
    ['FORCE_COLOR=0', tty, { FORCE_COLOR: '0', TERM: 'xterm' }, 0],
  ])('%s', (_name, stream, env, depth) => {
    expect(colourDepth(stream, env)).toBe(depth);
  });
});

describe('paintFor', () => {
  test('without colour every text is left as it is', () => {
    const paint = paintFor(0);
    expect([paint.bold('a'), paint.dim('a'), paint.high('a'), paint.low('a'), paint.shade('a', 3)]).toEqual(['a', 'a', 'a', 'a', 'a']);
  });

  test('shading: amber above, blue below, nothing at 0, its own text colour with each', () => {
    const paint = paintFor(3);
    expect(paint.shade('x', 3)).toBe('\u001b[48;2;255;183;28;30mx\u001b[39;49m');
    expect(paint.shade('x', -1)).toBe('\u001b[48;2;48;80;118;97mx\u001b[39;49m');
    expect(paint.shade('x', 0)).toBe('x');
  });

  test('256 and 16 colours', () => {
    expect(paintFor(2).shade('x', 2)).toBe('\u001b[48;5;172;30mx\u001b[39;49m');
    expect(paintFor(1).shade('x', -2)).toBe('\u001b[44;97mx\u001b[39;49m');
    expect(paintFor(1).shade('x', 1)).toBe('x');
  });
});
