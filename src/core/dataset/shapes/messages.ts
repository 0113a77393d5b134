import { LIST_KEYS, messageStyle, readConversation } from '../turns/conversation';
import type { Shape } from './shape';

/** OpenAI chat: a list of messages with role and content, under `messages` (or `conversations`). */
export const messages: Shape = {
  id: 'messages',
  keys: LIST_KEYS,
  fits: (row) => messageStyle(row) === 'messages',
  read: (row) => [{ turns: readConversation(row) }],
};
