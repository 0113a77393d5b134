import type { Role, Turn } from '../../types';
import { type JsonNode, type JsonObject, type JsonRow, kindName, present } from '../json/node';
import { RowFault } from '../rowFault';
import { capital } from '../wording';
import { contentPieces } from './content';
import { makeTurn, type Piece, stringPiece, verbatimPiece } from './piece';
import { roleNamed } from './role';

/** How to find a message's role and content. */
export interface MessageFields {
  role(message: JsonObject): JsonNode | undefined;
  content(message: JsonObject): JsonNode | undefined;
  /** The role of a message that names none; without it such a message is a fault. */
  defaultRole?: Role;
}

/** OpenAI's role/content and ShareGPT's from/value, also mixed. */
export const COMMON_FIELDS: MessageFields = {
  role: ({ members }) => members.get('role') ?? members.get('from'),
  content: ({ members }) => members.get('content') ?? members.get('value'),
};

/** Text that some chat templates put before the answer. */
const BEFORE_CONTENT = ['reasoning_content', 'thinking'];
const CALLS = ['tool_calls', 'function_call'];

/** One message to one turn. `where` names the message, such as "message 2". */
export function readMessage(node: JsonNode, row: JsonRow, where: string, fields = COMMON_FIELDS): Turn {
  if (node.kind !== 'object') throw new RowFault('wrong-type', `${capital(where)} is ${kindName(node)}; it must be an object with a role and content.`);
  const role = readRole(fields.role(node), fields.defaultRole, where);
  return makeTurn(role, readPieces(node, row, where, fields), node.range, weightOf(node, where) === 0);
}

function readRole(node: JsonNode | undefined, defaultRole: Role | undefined, where: string): Role {
  if (!present(node) && defaultRole) return defaultRole;
  if (node?.kind === 'string') return roleNamed(node.value, where);
  throw new RowFault('wrong-type', `${capital(where)} has no role. Give it a "role", such as "user" or "assistant".`);
}

function readPieces(message: JsonObject, row: JsonRow, where: string, fields: MessageFields): Piece[] {
  const { members } = message;
  let pieces: Piece[] = [];
  for (const key of BEFORE_CONTENT) {
    const text = members.get(key);
    if (text?.kind === 'string') pieces.push(stringPiece(text));
  }
  const content = fields.content(message);
  if (content) pieces = pieces.concat(contentPieces(content, row, where));
  const refusal = members.get('refusal');
  if (refusal?.kind === 'string') pieces.push(stringPiece(refusal));
  const calls = CALLS.map((key) => members.get(key)).filter(holdsCall);
  pieces.push(...calls.map((call) => verbatimPiece(call, row)));
  if (content === undefined && pieces.length === 0) {
    throw new RowFault('wrong-type', `${capital(where)} has no content. Give it a "content", or remove it.`);
  }
  return pieces;
}

function holdsCall(node: JsonNode | undefined): node is JsonNode {
  return node?.kind === 'object' || (node?.kind === 'array' && node.items.length > 0);
}

/** OpenAI's `weight` and LLaMA-Factory's `loss_weight`; 0 keeps a turn out of training. */
function weightOf({ members }: JsonObject, where: string): number {
  const node = [members.get('weight'), members.get('loss_weight')].find(present);
  if (node === undefined) return 1;
  if (node.kind === 'number') return Number(node.value);
  throw new RowFault('wrong-type', `The weight of ${where} is ${kindName(node)}; it must be a number, such as 0 or 1.`);
}
