import type { OpenApiDocument } from '@financeops/testing';

/** As much of a JSON schema as request bodies use. */
interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  allOf?: Schema[];
  type?: string | string[];
  enum?: unknown[];
  example?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  format?: string;
  pattern?: string;
  minLength?: number;
  minimum?: number;
}

export interface JsonBody {
  method: string;
  path: string;
  /** A body with every field. */
  body: unknown;
}

const sampleText = ({ format, minLength = 1 }: Schema): string => {
  if (format === 'date-time') return new Date(Date.now() + 86_400_000).toISOString();
  return 'x'.repeat(minLength);
};

/** A value that fits the schema, with all of its fields. */
const sample = (schema: Schema, document: OpenApiDocument): unknown => {
  if (schema.example !== undefined) return schema.example;
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return sample(document.components.schemas[name] as Schema, document);
  }
  const [first] = schema.anyOf ?? schema.allOf ?? [];
  if (first !== undefined) return sample(first, document);
  if (schema.enum !== undefined) return schema.enum[0];
  const [type] = [schema.type].flat();
  if (type === 'object') {
    const fields = Object.entries(schema.properties ?? {});
    return Object.fromEntries(fields.map(([name, field]) => [name, sample(field, document)]));
  }
  if (type === 'array') return [sample(schema.items ?? {}, document)];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  return type === 'boolean' ? true : sampleText(schema);
};

/** Every operation with a JSON body. */
export const jsonBodiesOf = (document: OpenApiDocument): JsonBody[] =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const { requestBody } = operation as { requestBody?: { content: Record<string, { schema: Schema }> } };
      const schema = requestBody?.content['application/json']?.schema;
      return schema === undefined
        ? []
        : [{ method: method.toUpperCase(), path, body: sample(schema, document) }];
    }),
  );

type Path = readonly (string | number)[];

/** Places of a value: itself, its fields, its items, theirs. */
export const placesIn = (value: unknown, at: Path = []): Path[] => [
  at,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        placesIn(inner, [...at, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

/** The value with another at the place. */
export const withValueAt = (value: unknown, [key, ...rest]: Path, other: unknown): unknown => {
  if (key === undefined) return other;
  if (Array.isArray(value))
    return value.map((item, i) => (i === key ? withValueAt(item, rest, other) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [key]: withValueAt(object[key], rest, other) };
};
