import { ModelError } from './errors';

/**
 * Reads config.json key by key. Where a key had other names over the years, the first one that is there counts; null is as
 * good as absent.
 */
export class ConfigKeys {
  constructor(
    private readonly json: Readonly<Record<string, unknown>>,
    /** The file, for messages. */
    readonly where: string,
    /** Before a key's name in messages, such as `rope_parameters.`. */
    private readonly path = '',
  ) {}

  has(name: string): boolean {
    return this.json[name] !== undefined && this.json[name] !== null;
  }

  /** Written as null, where absent would mean a default. */
  isNull(name: string): boolean {
    return this.json[name] === null;
  }

  /** @throws ModelError `bad-config` if none is there, or it is no positive integer */
  int(...names: string[]): number {
    return this.intOr(undefined, ...names)!;
  }

  intOr<T extends number | null | undefined>(otherwise: T, ...names: string[]): number | T {
    return this.read(names, otherwise, (value): value is number => Number.isSafeInteger(value) && (value as number) > 0, 'a positive integer');
  }

  /** A number of things, none among them. */
  countOr(otherwise: number, name: string): number {
    return this.read([name], otherwise, (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0, 'a count');
  }

  number(...names: string[]): number {
    return this.numberOr(undefined, ...names)!;
  }

  numberOr<T extends number | null | undefined>(otherwise: T, ...names: string[]): number | T {
    return this.read(names, otherwise, (value): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0, 'a positive number');
  }

  flag(otherwise: boolean, ...names: string[]): boolean {
    return this.read(names, otherwise, (value): value is boolean => typeof value === 'boolean', 'true or false');
  }

  text<T extends string | null>(otherwise: T, ...names: string[]): string | T {
    return this.read(names, otherwise, (value): value is string => typeof value === 'string', 'a text');
  }

  /** A list of that many entries; null where it is absent. */
  list<T extends 'number' | 'string'>(type: T, length: number, name: string): (T extends 'number' ? number : string)[] | null {
    type Entry = T extends 'number' ? number : string;
    return this.read([name], null, (value): value is Entry[] => Array.isArray(value) && value.length === length && value.every((entry) => typeof entry === type), `a list of ${length} ${type}s`);
  }

  /** The keys of an object inside of this one; null where it is absent. */
  inside(name: string): ConfigKeys | null {
    const object = this.read([name], null, isObject, 'an object');
    return object && new ConfigKeys(object, this.where, `${this.path}${name}.`);
  }

  bad(what: string): ModelError {
    return new ModelError('bad-config', `${this.where}: ${what}. Check that this is the config.json of a causal language model.`);
  }

  /** @throws ModelError `unsupported`, always */
  refuse(what: string): never {
    throw new ModelError('unsupported', `${this.where}: ${what} is not supported. CONTRIBUTING.md says how an architecture is added.`);
  }

  private read<T, U>(names: string[], otherwise: U, fits: (value: unknown) => value is T, expected: string): T | U {
    const name = names.find((candidate) => this.has(candidate));
    if (name === undefined) {
      if (otherwise === undefined) throw this.bad(`${this.path}${names[0]} is missing`);
      return otherwise;
    }
    const value = this.json[name];
    if (!fits(value)) throw this.bad(`${this.path}${name} is not ${expected}`);
    return value;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
