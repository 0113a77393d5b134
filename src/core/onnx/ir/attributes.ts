import type { Node } from './graph';

/** An integer attribute, or what the operator takes where it is not given. */
export function intAttribute({ attributes }: Node, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute?.kind === 'int' ? attribute.value : otherwise;
}

/** A float attribute, or what the operator takes where it is not given. */
export function floatAttribute({ attributes }: Node, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute?.kind === 'float' ? attribute.value : otherwise;
}

/** A list of integers, or null where it is not given. */
export function intsAttribute({ attributes }: Node, name: string): number[] | null {
  const attribute = attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : null;
}
