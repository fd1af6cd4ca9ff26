import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isOperatorPath } from './operator-paths';

/** An API's replies are never pages: nothing in them may load, frame or run anything. The docs page is one. */
export const mountSecurityHeaders = async (app: NestFastifyApplication): Promise<void> => {
  const docs = {
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      frameAncestors: ["'none'"],
    },
  };
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request, reply) => {
      if (isOperatorPath(request.url) && request.url.startsWith('/docs')) {
        await reply.helmet({ contentSecurityPolicy: { useDefaults: false, ...docs } });
      }
    });
};
