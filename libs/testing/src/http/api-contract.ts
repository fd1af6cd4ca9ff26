import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Reply } from './reply';

interface Described {
  content?: Record<string, unknown>;
}

interface Path {
  template: string;
  pattern: RegExp;
  operations: Record<string, { responses: Record<string, Described | undefined> } | undefined>;
}

/** As much of an OpenAPI document as is read here. */
export interface OpenApiDocument {
  paths: Record<string, Path['operations']>;
  components: {
    schemas: Record<string, { properties?: object; additionalProperties?: unknown } | undefined>;
  };
}

const ID = 'openapi';
const escape = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** Fixed segments win over parameters, as in the router. */
const byParameters = (a: Path, b: Path): number =>
  a.template.split('{').length - b.template.split('{').length;

/** Compares replies with the API's own OpenAPI document. Objects may have documented fields only. */
export class ApiContract {
  private readonly ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly paths: readonly Path[];

  constructor(document: OpenApiDocument) {
    const closed = structuredClone(document);
    for (const schema of Object.values(closed.components.schemas)) {
      if (schema?.properties !== undefined) schema.additionalProperties ??= false;
    }
    addFormats(this.ajv);
    this.ajv.addSchema(closed, ID);
    this.paths = Object.entries(closed.paths)
      .map(([template, operations]) => ({
        template,
        pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
        operations,
      }))
      .sort(byParameters);
  }

  /** Ignores requests for unknown routes. @throws Error if the document doesn't describe the reply. */
  check(method: string, { target, status, headers, text, body }: Reply): void {
    const path = target.split('?', 1)[0] ?? '';
    const route = this.paths.find(({ pattern }) => pattern.test(path));
    const operation = route?.operations[method.toLowerCase()];
    if (route === undefined || operation === undefined) return;
    const contentType = headers['content-type']?.split(';', 1)[0];
    // Node's HTTP parser refuses with a bare status line.
    if ([400, 431].includes(status) && contentType === undefined) return;
    const described = operation.responses[status];
    const name = `${method} ${route.template} answered ${status}`;
    if (described === undefined) throw new Error(`${name}, which is not documented: ${text}`);
    if (described.content === undefined) {
      if (text !== '') throw new Error(`${name} with a body, which is not documented: ${text}`);
      return;
    }
    if (contentType === undefined || !(contentType in described.content)) {
      throw new Error(`${name} with ${contentType}, which is not documented`);
    }
    if (!contentType.endsWith('json')) return;
    const place = ['paths', route.template, method.toLowerCase(), 'responses', String(status), 'content'];
    const validate = this.validator([...place, contentType, 'schema']);
    if (!validate(body))
      throw new Error(
        `${name} with a body that differs from the document: ${this.ajv.errorsText(validate.errors)}\n${text}`,
      );
  }

  private validator(place: readonly string[]): ValidateFunction {
    const $ref = `${ID}#/${place.map(escape).map(encodeURIComponent).join('/')}`;
    const validate = this.validators.get($ref) ?? this.ajv.compile({ $ref });
    this.validators.set($ref, validate);
    return validate;
  }
}
