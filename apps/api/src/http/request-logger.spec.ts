import { pino } from 'pino';
import { requestLogger } from './request-logger';

const written: Record<string, unknown>[] = [];
const parent = pino(
  { level: 'debug', base: null, timestamp: false },
  { write: (line: string) => void written.push(JSON.parse(line) as Record<string, unknown>) },
);

describe("A request's logger", () => {
  beforeEach(() => void (written.length = 0));

  it('is not made for a request that logs nothing', () => {
    const child = jest.spyOn(parent, 'child');
    const logger = requestLogger(parent, { reqId: 'a' }, {});
    for (const method of ['info', 'error', 'debug', 'fatal', 'warn', 'trace', 'child'] as const) {
      expect(typeof logger[method]).toBe('function');
    }
    expect(child).not.toHaveBeenCalled();
    logger.warn('something');
    logger.error({ code: 'internal' }, 'something %s', 'worse');
    expect(child).toHaveBeenCalledTimes(1);
    expect(written).toEqual([
      { level: 40, reqId: 'a', msg: 'something' },
      { level: 50, reqId: 'a', code: 'internal', msg: 'something worse' },
    ]);
  });

  it("has its parent's level until it is given its own, and children", () => {
    const logger = requestLogger(parent, { reqId: 'a' }, {});
    logger.trace('too fine');
    expect(logger.level).toBe('debug');
    logger.level = 'warn';
    logger.info('not any more');
    logger.child({ part: 'b' }).warn('this');
    expect(written).toEqual([{ level: 40, reqId: 'a', part: 'b', msg: 'this' }]);
    expect(parent.level).toBe('debug');
  });
});
