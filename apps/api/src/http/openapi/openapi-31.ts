import type { OpenAPIObject } from '@nestjs/swagger';

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const withNull = (schema: Node): Node => {
  const { type, allOf, $ref, ...rest } = schema;
  // The swagger module writes a reference that has a description as an `allOf`, with a type that excludes null.
  if (Array.isArray(allOf)) return { ...rest, anyOf: [...(allOf as unknown[]), { type: 'null' }] };
  if ($ref !== undefined) return { ...rest, anyOf: [{ $ref }, { type: 'null' }] };
  const options = Array.isArray(rest['enum']) ? { enum: [...(rest['enum'] as unknown[]), null] } : {};
  return { ...rest, type: [type, 'null'], ...options };
};

const convert = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(convert);
  if (!isNode(node)) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, convert(value)] as const);
  const { nullable, ...rest } = Object.fromEntries(entries) as Node;
  if (typeof nullable !== 'boolean') return { ...rest, ...(nullable === undefined ? {} : { nullable }) };
  return nullable ? withNull(rest) : rest;
};

/** The swagger module labels its document 3.1 but writes 3.0's `nullable`, which 3.1 doesn't have. */
export const toOpenApi31 = (document: OpenAPIObject): OpenAPIObject => convert(document) as OpenAPIObject;
