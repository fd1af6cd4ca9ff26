import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { ErrorCode } from '@financeops/core/errors';
import { Problem } from '@financeops/core/http';
import { toOpenApi31 } from './openapi-31';
import { problemExamples, problemsOf, refusalsOf, securityOf, type Operation } from './replies';
import { routesOf, type Route } from './routes';

/** Groups of the reference, in its order. */
const TAGS: readonly [name: string, description: string][] = [
  ['Authentication', 'Log in, refresh and end sessions; who is calling.'],
  ['Payments', 'Create payments, follow and cancel them.'],
  ['Bulk payments', 'Send files of payments and follow their lines.'],
  ['Analytics', 'Payments over time.'],
  ['Usage', 'What a tenant has used in a month, and its limits.'],
  ['Tenant', 'Settings, branding and custom domains of the own tenant.'],
  ['Users', 'People who can log in.'],
  ['API keys', 'Credentials for programs.'],
  ['Audit log', 'Who did what, and proof that the log is complete.'],
  ['Platform administration', 'For super-admins: tenants and figures over all of them.'],
];

const DESCRIPTION = `A payment platform for many tenants.

**Authentication.** Send an access token (\`Authorization: Bearer\`) from \`POST /v1/auth/login\`, or an API key (\`X-API-Key\`).
The credential names the tenant.

**Amounts** are integers in the currency's minor unit: 1250 is EUR 12.50.

**Lists** are newest first. Pass \`nextCursor\` as \`cursor\` to get the next page.

**Errors** are RFC 9457 problems (\`application/problem+json\`) with a stable \`code\`.

**Rate limits.** Replies have \`X-RateLimit-*\` and \`RateLimit\` headers; a 429 says in \`Retry-After\` when to try again.`;

const ID = {
  name: 'id',
  in: 'path' as const,
  required: true,
  schema: { type: 'string' as const, pattern: '^[0-9a-fA-F]{24}$' },
  example: '665f1f77bcf86cd799439011',
};

const TENANT = {
  name: 'X-Tenant-ID',
  in: 'header' as const,
  required: false,
  description: "Slug or id of the tenant. Not needed when the request's host names the tenant.",
  schema: { type: 'string' as const },
  example: 'first-bank',
};

/** The operation with what follows from its route. `used`: takes the codes of its problems. */
const complete = (operation: Operation, route: Route, used: Set<ErrorCode>): Operation => {
  const { rule } = route;
  const parameters = (operation.parameters ?? []).map((one) => ('in' in one && one.name === 'id' ? ID : one));
  if (rule.kind === 'public' && rule.tenant !== 'none') parameters.push(TENANT);
  const whole = { ...operation, parameters, security: securityOf(rule) };
  for (const reply of Object.values(operation.responses)) {
    if (reply !== undefined && 'description' in reply && reply.description === '')
      reply.description = 'Success';
  }
  const codes = problemsOf(route, whole);
  for (const code of codes) used.add(code);
  return { ...whole, responses: { ...operation.responses, ...refusalsOf(codes) } };
};

/** The OpenAPI document. Needs no database: an application in Nest's preview mode is enough. */
export const buildDocument = (app: NestFastifyApplication): OpenAPIObject => {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('FinanceOps payment platform')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setDescription(DESCRIPTION)
    .addServer('/', 'The host that serves this document')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'apiKey');
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [Problem],
    autoTagControllers: false,
  });
  const used = new Set<ErrorCode>();
  for (const route of routesOf(app)) {
    const methods = document.paths[route.path] as Record<string, Operation> | undefined;
    const operation = methods?.[route.method];
    if (methods !== undefined && operation !== undefined)
      methods[route.method] = complete(operation, route, used);
  }
  document.components = { ...document.components, examples: problemExamples(used) };
  return toOpenApi31(document);
};
