import type { LoggerService } from '@nestjs/common';
import { maskCardNumbers } from '@financeops/core/card-numbers';
import { destination, levels, pino, type DestinationStream, type Logger } from 'pino';

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

/** Bytes that are written together: a write a line would cost more than the line. */
const TOGETHER_BYTES = 8_192;
/** Milliseconds for which a line may wait for others. */
const WAIT_MS = 100;

/**
 * Standard output. Lines go out together, at latest after a tenth of a second and before the process ends by itself; a
 * warning or worse at once, with all before it, for it may be the last word of a process that is killed.
 */
const standardOutput = (): DestinationStream => {
  const output = destination({ fd: 1, minLength: TOGETHER_BYTES, periodicFlush: WAIT_MS, sync: true });
  process.once('exit', () => output.flushSync());
  const stream = {
    // Has pino tell the level of each line, below.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      output.write(maskCardNumbers(line));
      if (stream.lastLevel >= levels.values['warn']!) output.flushSync();
    },
  };
  return stream;
};

let written = { at: 0, time: '' };

/** As pino's own isoTime, made anew when the millisecond is another one. */
const isoTime = (): string => {
  const at = Date.now();
  if (at !== written.at) written = { at, time: `,"time":"${new Date(at).toISOString()}"` };
  return written.time;
};

export const createLogger = (level: string): Logger =>
  pino(
    {
      level,
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRETS.flatMap((path) => [path, path.startsWith('headers') ? `req.${path}` : `*.${path}`]),
      },
    },
    standardOutput(),
  );

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
