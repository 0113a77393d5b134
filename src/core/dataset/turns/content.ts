import { type JsonNode, type JsonObject, type JsonRow, kindName, present } from '../json/node';
import { RowFault } from '../rowFault';
import { capital } from '../wording';
import { type Piece, stringPiece, verbatimPiece } from './piece';

/** Part types that hold no text: the model here reads text only, and the text around them is still the row's. */
const MEDIA = new Set(['image', 'image_url', 'input_image', 'audio', 'audio_url', 'input_audio', 'video', 'video_url', 'file', 'input_file', 'document']);

/** Part types whose text runs on from the part before it. Others (reasoning, tool calls) stand on lines of their own. */
const RUNNING = new Set(['text', 'input_text', 'output_text']);

/** Where a part keeps its text: OpenAI `text`, LLaMA-Factory `value`, Anthropic `thinking`. */
const TEXT_KEYS = ['text', 'value', 'refusal', 'thinking', 'reasoning', 'content'];

/** The text of a message's content: a string, or a list of parts. */
export function contentPieces(content: JsonNode, row: JsonRow, where: string): Piece[] {
  switch (content.kind) {
    case 'null':
      return [];
    case 'string':
      return [stringPiece(content)];
    case 'array':
      return partPieces(content.items, row, where);
    default:
      throw new RowFault('wrong-type', `The content of ${where} is ${kindName(content)}; it must be a string or a list of parts.`);
  }
}

function partPieces(parts: JsonNode[], row: JsonRow, where: string): Piece[] {
  const pieces: Piece[] = [];
  let running = true;
  for (const [index, part] of parts.entries()) {
    const { piece, runs } = partPiece(part, row, `part ${index + 1} of ${where}`);
    if (!piece) continue;
    pieces.push({ ...piece, joint: runs && running && pieces.length > 0 ? '' : '\n' });
    running = runs;
  }
  return pieces;
}

function partPiece(part: JsonNode, row: JsonRow, where: string): { piece: Piece | null; runs: boolean } {
  if (part.kind === 'string') return { piece: stringPiece(part), runs: true };
  if (part.kind !== 'object') throw new RowFault('wrong-type', `${capital(where)} is ${kindName(part)}; it must be an object with a type.`);
  const type = typeOf(part);
  for (const key of TEXT_KEYS) {
    const text = part.members.get(key);
    if (text?.kind === 'string') return { piece: stringPiece(text), runs: RUNNING.has(type) };
  }
  if (MEDIA.has(type)) return { piece: null, runs: true };
  if (/^(tool|function)/.test(type)) return { piece: verbatimPiece(part, row), runs: false };
  throw new RowFault('wrong-type', `${capital(where)} has no text, and its type is not known. Remove it, or give it a "text".`);
}

function typeOf(part: JsonObject): string {
  const type = part.members.get('type');
  return present(type) && type.kind === 'string' ? type.value : 'text';
}
