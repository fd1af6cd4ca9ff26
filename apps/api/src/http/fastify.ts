import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '@financeops/core/config';
import { sendProblem } from '@financeops/core/http';
import { requestLogger } from './request-logger';

const MEBIBYTE = 1_048_576;
const SANE_REQUEST_ID = /^[\w.:-]{1,128}$/;

/** A request target in absolute form, `http://host/path` (RFC 9112, 3.2.2), is routed by its path. */
const pathOf = (target: string): string => {
  if (target.startsWith('/')) return target;
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target);
  if (absolute === null) return target;
  const rest = target.slice(absolute[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
};

/** Malformed HTTP: replies without a body and closes the connection. */
const refuseBrokenHttp = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  if (socket.writable) socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  socket.destroySoon();
};

export const createAdapter = (config: Config, logger: Logger): FastifyAdapter =>
  new FastifyAdapter({
    loggerInstance: logger,
    childLoggerFactory: requestLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MEBIBYTE,
    // The longest path parameter is a domain name (RFC 1035, 2.3.4).
    routerOptions: { maxParamLength: 253 },
    trustProxy: config.TRUST_PROXY.length > 0 ? config.TRUST_PROXY : false,
    genReqId: (request: IncomingMessage) => {
      const sent = request.headers['x-request-id'];
      return typeof sent === 'string' && SANE_REQUEST_ID.test(sent) ? sent : randomUUID();
    },
    rewriteUrl: (request: IncomingMessage) => pathOf(request.url ?? '/'),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, request, reply),
    clientErrorHandler: refuseBrokenHttp,
    // Limits slow clients. Long, since a large payment file takes minutes.
    requestTimeout: 600_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  });
