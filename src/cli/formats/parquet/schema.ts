import type { SchemaElement } from 'hyparquet';

type Leaf = 'INT32' | 'FLOAT' | 'DOUBLE' | 'BOOLEAN' | 'STRING';

/** What a column holds. Everything may be null but what a list holds. */
export type Kind = Leaf | { list: Kind } | { fields: Record<string, Kind> };

/** A column's elements, as Parquet writes a tree: each before its children, lists in three levels. */
export function elementsOf(name: string, kind: Kind, repetition: 'OPTIONAL' | 'REQUIRED' = 'OPTIONAL'): SchemaElement[] {
  if (kind === 'STRING') return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: repetition }];
  if (typeof kind === 'string') return [{ name, type: kind, repetition_type: repetition }];
  if ('list' in kind) {
    return [
      { name, repetition_type: repetition, converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...elementsOf('element', kind.list, 'REQUIRED'),
    ];
  }
  const fields = Object.entries(kind.fields);
  return [{ name, repetition_type: repetition, num_children: fields.length }, ...fields.flatMap(([field, of]) => elementsOf(field, of))];
}
