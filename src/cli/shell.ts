/** An argument as a POSIX shell reads it back. */
export function quoteArgument(argument: string): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument;
  if (/[\u0000-\u001f\u007f]/.test(argument)) return `$'${argument.replace(/[\\']/g, '\\$&').replace(/[\u0000-\u001f\u007f]/g, hex)}'`;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

function hex(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

export function commandLine(words: readonly string[]): string {
  return words.map(quoteArgument).join(' ');
}
