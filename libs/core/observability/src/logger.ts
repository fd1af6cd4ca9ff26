import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, type Logger } from 'pino';

/** Wherever one of these turns up in a logged object, its value isn't written. */
const SECRETS = [
  'authorization',
  'password',
  'passwordHash',
  'secret',
  'secretHash',
  'accessToken',
  'refreshToken',
  'token',
  'apiKey',
  'credentials',
  'headers.authorization',
  'headers["x-api-key"]',
  'headers.cookie',
];

export const createLogger = (level: string): Logger =>
  pino({
    level,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: SECRETS.flatMap((path) => [path, path.startsWith('headers') ? `req.${path}` : `*.${path}`]),
    },
  });

/** Nest's own accounts of its start: a line a module and a route. */
const CHATTER = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

type Level = 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal';

/** Nest's own log lines through pino. Call it as pino is called: `logger.warn({ err, tenantId }, 'what happened')`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(CHATTER.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest appends the logger's name, and for errors a stack, as further strings. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const texts = rest.filter((part): part is string => typeof part === 'string');
    const context = texts.pop();
    if (typeof message === 'object' && message !== null && !(message instanceof Error)) {
      this.logger[level]({ ...message, context }, texts.join(' '));
    } else if (message instanceof Error) {
      this.logger[level]({ err: message, context }, message.message);
    } else {
      this.logger[level](
        { context, ...(texts.length > 0 ? { stack: texts.join('\n') } : {}) },
        String(message),
      );
    }
  }
}
