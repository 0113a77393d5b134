import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';

/** What is wrong with a JSON text. The words never quote the text. */
export interface BrokenJson {
  what: string;
  /** Index in the text; null where it is not known. */
  offset: number | null;
}

const WORDS: Record<string, string> = {
  InvalidSymbol: 'this is not JSON',
  InvalidNumberFormat: 'this number is not written as JSON wants it',
  PropertyNameExpected: 'a field name in double quotes belongs here (is there a comma too many?)',
  ValueExpected: 'a value belongs here (is there a comma too many?)',
  ColonExpected: 'a colon belongs here',
  CommaExpected: 'a comma, or the end of the list or object, belongs here',
  CloseBraceExpected: 'the object is not closed with }',
  CloseBracketExpected: 'the list is not closed with ]',
  EndOfFileExpected: 'something follows the end of the row',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'the string is not closed on its line (write line breaks as \\n)',
  UnexpectedEndOfNumber: 'the number is cut off',
  InvalidUnicode: '\\u needs four hexadecimal digits',
  InvalidEscapeCharacter: 'no such escape: write a backslash as \\\\',
  InvalidCharacter: 'a control character must be escaped',
};

class FirstError extends Error {
  constructor(
    readonly code: ParseErrorCode,
    readonly offset: number,
  ) {
    super('first error');
  }
}

/** Says what is wrong with a text that JSON.parse has refused, from the first error on. */
export function describeBroken(text: string): BrokenJson {
  try {
    visit(
      text,
      {
        onError(code, offset) {
          throw new FirstError(code, offset);
        },
      },
      { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false },
    );
  } catch (error) {
    if (error instanceof FirstError) return { what: WORDS[printParseErrorCode(error.code)] ?? 'this is not JSON', offset: error.offset };
    if (error instanceof RangeError) return { what: 'it is nested too deeply to say where', offset: null };
    throw error;
  }
  return { what: 'JSON.parse refuses it', offset: null };
}
