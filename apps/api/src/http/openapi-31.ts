import type { OpenAPIObject } from '@nestjs/swagger';

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** `nullable: true` doesn't exist in 3.1: a nullable type is a list of types, a nullable reference an `anyOf`. */
const convert = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(convert);
  if (!isNode(node)) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, convert(value)] as const);
  const { nullable, ...rest } = Object.fromEntries(entries) as Node;
  if (typeof nullable !== 'boolean') return { ...rest, ...(nullable === undefined ? {} : { nullable }) };
  if (!nullable) return rest;
  if (typeof rest['type'] === 'string') {
    const options = Array.isArray(rest['enum']) ? { enum: [...(rest['enum'] as unknown[]), null] } : {};
    return { ...rest, type: [rest['type'], 'null'], ...options };
  }
  return { anyOf: [rest, { type: 'null' }] };
};

/** The swagger module labels its document 3.1 but writes 3.0's `nullable`. */
export const toOpenApi31 = (document: OpenAPIObject): OpenAPIObject => convert(document) as OpenAPIObject;
