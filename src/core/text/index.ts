export { TextError } from './errors';
export { RecordTokenizer } from './recordTokenizer';
export { Tokenizer } from './tokenizer';
