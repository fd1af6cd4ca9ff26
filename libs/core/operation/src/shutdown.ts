import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { Connections } from './connections';

/** Requests in flight may finish; then the process ends, even if MongoDB hangs. Milliseconds. */
const DEADLINE_MS = 9_000;
/** Milliseconds between two looks for connections that have become idle. */
const HANG_UP_EVERY_MS = 50;
/** Milliseconds that a request whose head or body is still coming in has for the rest of it. */
const PATIENCE_MS = 2_000;

/**
 * On SIGTERM or SIGINT: stop listening, let requests in flight finish, close the connections, exit within 10 s. To be
 * called before the server listens.
 */
export const stopGracefully = (app: NestFastifyApplication, logger: Logger): void => {
  const server = app.getHttpServer() as Server;
  const connections = new Connections(server);
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('shutdown timed out; exiting');
      process.exit(1);
    }, DEADLINE_MS).unref();
    // The server closes what is idle now; a connection whose last request is still running is kept alive after its reply,
    // and would hold up the end until the client hangs up.
    const patient = performance.now() + PATIENCE_MS;
    setInterval(() => {
      server.closeIdleConnections();
      if (performance.now() > patient) connections.cutWaiting();
    }, HANG_UP_EVERY_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
};
