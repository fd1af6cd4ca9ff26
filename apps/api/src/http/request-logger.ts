import type { FastifyBaseLogger } from 'fastify';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type ChildArguments = Parameters<FastifyBaseLogger['child']>;

/**
 * A request's logger, created when something is logged through it. Few requests need it (the access log has its own), and
 * creating one takes longer than finding the tenant.
 */
export const requestLogger = (parent: FastifyBaseLogger, ...made: ChildArguments): FastifyBaseLogger =>
  new RequestLogger(parent, made) as unknown as FastifyBaseLogger;

class RequestLogger {
  private made: FastifyBaseLogger | undefined;

  constructor(
    private readonly parent: FastifyBaseLogger,
    private readonly args: ChildArguments,
  ) {}

  get own(): FastifyBaseLogger {
    return (this.made ??= this.parent.child(...this.args));
  }

  get level(): string {
    return this.own.level;
  }

  set level(level: string) {
    this.own.level = level;
  }

  child(...args: ChildArguments): FastifyBaseLogger {
    return this.own.child(...args);
  }
}

// Methods, not getters: Fastify reads each of them for every request, which must not create a logger.
for (const level of LEVELS) {
  Object.defineProperty(RequestLogger.prototype, level, {
    value(this: RequestLogger, ...args: [string]) {
      this.own[level](...args);
    },
  });
}
