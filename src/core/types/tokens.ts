/** Where the chat template comes from: the model's own, a Jinja file, or none (base models: texts as they are). */
export type TemplateChoice = { kind: 'model' } | { kind: 'none' } | { kind: 'file'; path: string };

/** A record after chat template and tokenizer. Arrays have one entry a token. */
export interface TokenizedRecord {
  /** The record's hash. */
  hash: string;
  ids: Int32Array;
  /** Index of the turn a token belongs to, -1 for template text between turns. */
  turnOf: Int16Array;
  /** Range of the token in its turn's decoded text (UTF-16); ranges of neighbouring tokens may overlap. 0 and 0 for template text. */
  charStart: Uint32Array;
  charEnd: Uint32Array;
  /** 1 for response tokens: the tokens of turns that train, without markers and special tokens. */
  response: Uint8Array;
  /** The record was longer than the limit and was cut. */
  truncated: boolean;
  /** A turn's text holds one of the template's own markers; they were tokenised as text and the row is marked. */
  templateMarkers: boolean;
}
