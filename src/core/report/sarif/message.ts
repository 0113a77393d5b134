import type { Message } from 'sarif';
import { visibleText } from '../visibleText';

/** A text as a SARIF message that shows just that: no part of it is an embedded link or a placeholder (SARIF 2.1.0, 3.11.5 and 3.11.6). */
export function plainMessage(text: string): Message & { text: string } {
  return { text: visibleText(text).replaceAll('](', '\\](').replace(/[{}]/g, '$&$&') };
}
