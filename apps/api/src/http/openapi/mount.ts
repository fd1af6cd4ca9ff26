import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { buildDocument } from './document';

/** Without inline scripts: the page's content security policy allows scripts of this host only. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>FinanceOps API reference</title>
<link rel="icon" href="data:,">
</head>
<body>
<div id="reference"></div>
<script src="/docs/scalar.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** Nothing from elsewhere: no fonts, telemetry or proxy; requests go to this host from the page itself. */
const START = `Scalar.createApiReference('#reference', {
  url: '/openapi.json',
  servers: [{ url: window.location.origin }],
  withDefaultFonts: false,
  telemetry: false,
  orderSchemaPropertiesBy: 'preserve',
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
});
`;

/** `/openapi.json`, and `/docs`, which shows it. */
export const mountOpenApi = (app: NestFastifyApplication): void => {
  const fastify = app.getHttpAdapter().getInstance();
  const routes: readonly [url: string, type: string, body: string | Buffer][] = [
    ['/openapi.json', 'application/json', JSON.stringify(buildDocument(app))],
    ['/docs', 'text/html', PAGE],
    ['/docs/', 'text/html', PAGE],
    ['/docs/start.js', 'text/javascript', START],
    // Put there by the build.
    ['/docs/scalar.js', 'text/javascript', readFileSync(path.join(__dirname, 'scalar.js'))],
  ];
  for (const [url, type, body] of routes) {
    const caching = url.endsWith('.js') ? 'public, max-age=3600' : 'no-cache';
    fastify.get(url, (_request, reply) =>
      reply.header('cache-control', caching).type(`${type}; charset=utf-8`).send(body),
    );
  }
};
