import { describe, expect, test } from 'vitest';
import { TextError } from '../../../src/core/text';
import { ChatTemplate } from '../../../src/core/text/chatTemplate';
import type { Role } from '../../../src/core/types';
import { refusal } from '../../support/folder';
import { recordOf } from './support';

const template = (source: string) => new ChatTemplate(source, 'chat.jinja', { bos_token: '<s>', eos_token: '</s>' });
const each = (body: string) => template(`{% for m in messages %}${body}{% endfor %}`);
/** [whose, text] of every segment; -1 is the template's. */
const outline = (source: ChatTemplate, said: [Role, string][], system: string | null = null) =>
  source.render(recordOf(said).turns, system).map(({ turn, text, offset }) => (offset ? [turn, text, offset] : [turn, text]));

const trimming = each('<{{ m.role }}>{{ m.content | trim }};');

describe('ChatTemplate', () => {
  test('tells the template\'s text from the turns\'', () => {
    expect(outline(each('<{{ m.role }}>{{ m.content }};'), [['user', 'Hi'], ['assistant', 'Hello']])).toEqual([[-1, '<user>'], [0, 'Hi'], [-1, ';<assistant>'], [1, 'Hello'], [-1, ';']]);
  });

  test('a turn that says what the template says stays a turn', () => {
    expect(outline(each('<{{ m.role }}>{{ m.content }};'), [['user', ';<assistant>'], ['assistant', 'user>']])).toEqual([[-1, '<user>'], [0, ';<assistant>'], [-1, ';<assistant>'], [1, 'user>'], [-1, ';']]);
  });

  test('trimmed text begins where it stood in the turn', () => {
    expect(outline(trimming, [['user', '\n Hi  '], ['assistant', ' ok']])).toEqual([[-1, '<user>'], [0, 'Hi', 2], [-1, ';<assistant>'], [1, 'ok', 1], [-1, ';']]);
    expect(outline(each('{{ m.content.rstrip() }};'), [['user', ' Hi  ']])).toEqual([[0, ' Hi'], [-1, ';']]);
    expect(outline(each('{{ m.content.lstrip() }};'), [['user', ' Hi  ']])).toEqual([[0, 'Hi  ', 1], [-1, ';']]);
  });

  test('strips the characters that it is told to, wherever the call stands', () => {
    expect(outline(each(`{{ m.content.lstrip('\n') }};`), [['user', '\n Hi ']])).toEqual([[0, ' Hi ', 1], [-1, ';']]);
    const calls = template(`{% set x = {'a': '--b-'.strip('-')} %}{{ x.a + 'yxz'.rstrip('zx') + ' c '.strip() + 'é🎉'.strip('🎉') }}{{ messages[0].content }}`);
    expect(outline(calls, [['user', 'Hi']])).toEqual([[-1, 'bycé'], [0, 'Hi']]);
  });

  test('empty turns have no segment', () => {
    expect(outline(trimming, [['user', ''], ['assistant', ' ']])).toEqual([[-1, '<user>'], [-1, ';<assistant>'], [-1, ';']]);
  });

  describe('a template that looks at the texts', () => {
    const named = each('{% if m.content %}{{ m.role }}: {{ m.content | trim }}\n{% else %}(nothing)\n{% endif %}');

    test('its own words are not taken for a turn\'s', () => {
      expect(outline(named, [['system', ''], ['user', ' user'], ['assistant', 'e']])).toEqual([[-1, '(nothing)\nuser: '], [1, 'user', 1], [-1, '\nassistant: '], [2, 'e'], [-1, '\n']]);
    });

    test('turns that say the marks of other turns are refused, never mixed up', async () => {
      await refusal(() => outline(named, [['system', ''], ['user', '\u{f0000}2\u{f0001}x\u{f0000}/2\u{f0001}'], ['assistant', 'x']]), TextError);
      expect(outline(named, [['system', ''], ['user', 'x\u{f0000}/1\u{f0001}']])).toEqual([[-1, '(nothing)\nuser: '], [1, 'x\u{f0000}/1\u{f0001}'], [-1, '\n']]);
    });

    test('a system prompt moved behind other turns is found there', () => {
      const last = template(`{% for m in messages if m.role != 'system' %}[{{ m.content }}{% if loop.last %} / {{ messages[0].content }}{% endif %}]{% endfor %}`);
      expect(outline(last, [['system', 'a'], ['user', 'b'], ['assistant', 'a b']])).toEqual([[-1, '['], [1, 'b'], [-1, ']['], [2, 'a b'], [-1, ' / '], [0, 'a'], [-1, ']']]);
    });

    test('what refuses marks in place of texts does not refuse the row', () => {
      const strict = each(`{% if m.content.startswith('\u{f0000}') %}{{ raise_exception('odd') }}{% endif %}{{ m.content }};`);
      expect(outline(strict, [['user', ' Hi']])).toEqual([[-1, ' '], [0, 'Hi', 1], [-1, ';']]);
    });

    test.each([
      ['changes a text', each('{{ m.content | upper }};')],
      ['drops a turn', template('{{ messages[0].content }}')],
      ['says a turn twice', each('{{ m.content }}{{ m.content }}')],
      ['drops the reasoning', each(`{{ m.content.split('</think>')[-1] }};`)],
    ])('a template that %s is refused', async (_, source) => {
      const error = await refusal(() => outline(source, [['user', 'Hi </think> you'], ['assistant', 'no']]), TextError);
      expect(error.reason).toBe('template-refused');
      expect(error.message).toContain('chat.jinja');
    });
  });

  test('a template that raises refuses the row with its own words', async () => {
    const error = await refusal(() => outline(template(`{{ raise_exception('roles must alternate') }}`), [['user', 'a']]), TextError);
    expect(error).toMatchObject({ reason: 'template-refused', message: expect.stringContaining('roles must alternate') as string });
  });

  test('what is no template is refused by its file', async () => {
    const error = await refusal(() => template('{% for %}'), TextError);
    expect(error).toMatchObject({ reason: 'bad-template', message: expect.stringContaining('chat.jinja') as string });
  });

  test('a system prompt from the settings comes first, belongs to no turn, and only where the row has none', () => {
    const plain = each('<{{ m.role }}>{{ m.content }};');
    expect(outline(plain, [['user', 'Hi']], 'Be kind.')).toEqual([[-1, '<system>'], [-1, 'Be kind.'], [-1, ';<user>'], [0, 'Hi'], [-1, ';']]);
    expect(outline(plain, [['system', 'Own'], ['user', 'Hi']], 'Be kind.')).toEqual([[-1, '<system>'], [0, 'Own'], [-1, ';<user>'], [1, 'Hi'], [-1, ';']]);
  });

  test('templates know the tokens\' texts and that no answer is to follow', () => {
    expect(outline(template(`{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{% if add_generation_prompt %}!{% endif %}`), [['user', 'Hi']])).toEqual([[-1, '<s>'], [0, 'Hi'], [-1, '</s>']]);
  });
});
