/** What is looked at when a model is checked, in this order. */
export type CheckTopic = 'architecture' | 'source format' | 'memory' | 'tokenizer' | 'chat template' | 'device' | 'adapter' | 'hook points' | 'parity' | 'loss' | 'speed' | 'default card';

/** One thing that a check found. */
export interface CheckFinding {
  topic: CheckTopic;
  /** As it should be; something to know; or the model cannot be used. */
  state: 'good' | 'note' | 'bad';
  /** A sentence that says it, with what to do where there is something. */
  text: string;
  /** The same as numbers and names. */
  values: Record<string, number | string | boolean | null>;
}

/** A model that was checked. */
export interface ModelCheck {
  folder: string;
  name: string | null;
  /** SHA-256; null where it was not opened. */
  hash: string | null;
  /** Rows can be read with it. */
  usable: boolean;
  findings: CheckFinding[];
}
