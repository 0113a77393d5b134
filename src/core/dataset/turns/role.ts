import type { Role } from '../../types';
import { RowFault } from '../rowFault';
import { capital } from '../wording';

/** The names that datasets give to roles, lower-case. */
const ROLES = new Map<string, Role>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['assistant', 'assistant'],
  ['gpt', 'assistant'],
  ['chatgpt', 'assistant'],
  ['bing', 'assistant'],
  ['bard', 'assistant'],
  ['bot', 'assistant'],
  ['model', 'assistant'],
  ['function_call', 'assistant'],
  ['tool_call', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
  ['observation', 'tool'],
  ['tool_response', 'tool'],
  ['function_response', 'tool'],
  ['ipython', 'tool'],
]);

export function roleNamed(name: string, where: string): Role {
  const role = ROLES.get(name.toLowerCase());
  if (role) return role;
  throw new RowFault('wrong-type', `${capital(where)} has a role that is not known. Known roles: ${[...ROLES.keys()].join(', ')}.`);
}
