import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { toOpenApi31 } from './openapi-31';

export const buildDocument = (app: NestFastifyApplication): OpenAPIObject => {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('FinanceOps payment platform')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setDescription(
      'Errors are RFC 9457 problems (`application/problem+json`) with a stable `code`. Amounts are integers in the ' +
        "currency's minor unit. Lists are newest first; follow `nextCursor`.",
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'apiKey')
    .build();
  return toOpenApi31(SwaggerModule.createDocument(app, base));
};

/** `/openapi.json` and the page `/docs`, both from the code. */
export const mountOpenApi = (app: NestFastifyApplication): void => {
  const document = buildDocument(app);
  const json = JSON.stringify(document);
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(json));
  SwaggerModule.setup('docs', app, document, { raw: false, customSiteTitle: 'FinanceOps payment platform' });
};
