import { LIST_KEYS, messageStyle, readConversation } from '../turns/conversation';
import type { Shape } from './shape';

/** ShareGPT: a list of messages with from and value, under `conversations` (or `messages`). */
export const sharegpt: Shape = {
  id: 'sharegpt',
  keys: LIST_KEYS,
  fits: (row) => messageStyle(row) === 'sharegpt',
  read: (row) => [{ turns: readConversation(row) }],
};
