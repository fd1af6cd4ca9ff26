import { BadRequestError, DomainError, ValidationError } from '@financeops/core/errors';
import { parseJson } from '@financeops/core/money';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const MAX_DEPTH = 32;
/** Names of members that every object inherits: a validator's whitelist takes them for known ones. */
const INHERITED = new Set(
  Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__'),
);

/** RFC 6901. */
export const jsonPointer = (path: readonly string[]): string =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Refuses keys with a meaning in JavaScript. Iterative, so that deep nesting can't exhaust the stack. */
const checkKeys = (root: unknown): void => {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value: root, pointer: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, pointer, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) throw new BadRequestError(`The body is nested deeper than ${MAX_DEPTH} levels.`);
    for (const key of Object.keys(value)) {
      const at = `${pointer}${jsonPointer([key])}`;
      if (key === '__proto__') throw new BadRequestError('The body may not contain the key __proto__.');
      if (INHERITED.has(key)) throw new ValidationError([{ pointer: at, message: 'is not a known field' }]);
      open.push({ value: (value as Record<string, unknown>)[key], pointer: at, depth: depth + 1 });
    }
  }
};

/**
 * Parses a JSON body (RFC 8259: UTF-8; a leading BOM is skipped). An empty body is `undefined`. A number that isn't exactly
 * an integer is never read as one.
 * @throws BadRequestError, or ValidationError for a key such as `constructor`.
 */
export const parseJsonBody = (bytes: Uint8Array): unknown => {
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = parseJson(utf8.decode(bytes));
  } catch {
    throw new BadRequestError('The body is not well-formed JSON in UTF-8.');
  }
  checkKeys(value);
  return value;
};

/** @throws DomainError `unsupported-media-type` if the content type names a charset other than UTF-8. */
export const requireUtf8 = (contentType: string): void => {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8' && charset.toLowerCase() !== 'utf8') {
    throw new DomainError('unsupported-media-type', 'Send the body in UTF-8.');
  }
};
