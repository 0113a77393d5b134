/** Field names for a message: few and short, since a key can be anything. */
export function fieldList(keys: string[]): string {
  if (keys.length === 0) return 'none';
  const shown = keys.slice(0, 6).map((key) => (key.length > 30 ? `${key.slice(0, 30)}...` : key));
  return shown.join(', ') + (keys.length > shown.length ? ', ...' : '');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
