import { BYTE, isBlank } from './jsonText';

const MAX_KEY_BYTES = 100;
const MAX_MEMBERS = 1000;

/** A member of the root object that is a list. */
export interface RootList {
  key: string;
  /** Byte index of its opening bracket. */
  at: number;
  /** The first byte of its first element; null where the list is empty. */
  firstElement: number | null;
}

/**
 * Finds out what the first JSON value of a file is, without parsing it: where it ends, whether something follows, and
 * which lists an object holds. Balanced brackets are all that it knows, so a broken row inside does not disturb it.
 */
export class RootScanner {
  /** First byte of the file that is not white space; null in a blank file. */
  opener: number | null = null;
  openerAt = 0;
  closed = false;
  /** A line break stands inside of the value. */
  multiline = false;
  /** First byte after the value; null at the end of the file. */
  followedBy: number | null = null;
  readonly members: string[] = [];
  readonly lists: RootList[] = [];

  private position = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private key: number[] | null = null;
  private keyText = '';
  private awaits: 'key' | 'value' | 'nothing' = 'key';
  private emptyList: RootList | null = null;

  /** True when the rest of the file cannot change the answer. */
  push(chunk: Buffer): boolean {
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.see(chunk[at] ?? 0, this.position + at)) return true;
    }
    this.position += chunk.length;
    return false;
  }

  private see(byte: number, at: number): boolean {
    if (this.opener === null) {
      if (isBlank(byte)) return false;
      this.opener = byte;
      this.openerAt = at;
      this.depth = 1;
      return byte !== BYTE.openObject && byte !== BYTE.openList;
    }
    if (this.closed) {
      if (isBlank(byte)) return false;
      this.followedBy = byte;
      return true;
    }
    if (byte === BYTE.newline) {
      this.multiline = true;
      this.inString = false;
      this.escaped = false;
      this.key = null;
      return this.opener === BYTE.openList;
    }
    if (this.inString) this.inside(byte);
    else this.between(byte, at);
    return false;
  }

  private inside(byte: number): void {
    if (!this.escaped && byte === BYTE.quote) {
      this.inString = false;
      if (this.key) this.endKey(this.key);
      return;
    }
    if (this.key && this.key.length < MAX_KEY_BYTES) this.key.push(byte);
    this.escaped = !this.escaped && byte === BYTE.backslash;
  }

  private endKey(bytes: number[]): void {
    this.keyText = Buffer.from(bytes).toString('utf8');
    if (this.members.length < MAX_MEMBERS) this.members.push(this.keyText);
    this.key = null;
    this.awaits = 'nothing';
  }

  private between(byte: number, at: number): void {
    if (isBlank(byte)) return;
    if (this.emptyList && this.depth === 2) {
      if (byte !== BYTE.closeList) this.emptyList.firstElement = byte;
      this.emptyList = null;
    }
    const atTop = this.depth === 1 && this.opener === BYTE.openObject;
    if (atTop && byte === BYTE.openList && this.lists.length < MAX_MEMBERS) {
      this.emptyList = { key: this.keyText, at, firstElement: null };
      this.lists.push(this.emptyList);
    }
    switch (byte) {
      case BYTE.quote:
        this.inString = true;
        if (atTop && this.awaits === 'key') this.key = [];
        break;
      case BYTE.comma:
        if (atTop) this.awaits = 'key';
        return;
      case BYTE.colon:
        if (atTop) this.awaits = 'value';
        return;
      case BYTE.openObject:
      case BYTE.openList:
        this.depth += 1;
        break;
      case BYTE.closeObject:
      case BYTE.closeList:
        this.depth -= 1;
        this.closed = this.depth === 0;
        break;
    }
    if (atTop && this.awaits === 'value') this.awaits = 'nothing';
  }
}
