import { PassThrough } from 'node:stream';
import { readWithStallTimeout } from './stall-timeout';

describe('An upload', () => {
  let stream: PassThrough;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    stream = new PassThrough();
  });
  afterEach(() => jest.useRealTimers());

  const read = async (pauseMs = 0): Promise<number> => {
    let bytes = 0;
    for await (const chunk of readWithStallTimeout(stream)) {
      bytes += chunk.length;
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return bytes;
  };
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('that stalls is ended after 30 seconds, no matter how much was received', async () => {
    const outcome = read().catch((error: Error) => error.message);
    stream.write(Buffer.alloc(1_000_000));
    await pass(29_000);
    expect(stream.destroyed).toBe(false);
    await pass(3_000);
    expect(stream.destroyed).toBe(true);
    expect(await outcome).toBe('The upload was too slow.');
  });

  it('that is too slow is ended', async () => {
    const outcome = read().catch((error: Error) => error.message);
    for (let second = 0; second < 40 && !stream.destroyed; second++) {
      stream.write('x');
      await pass(1_000);
    }
    expect(await outcome).toBe('The upload was too slow.');
  });

  it('that is interrupted is a client error', async () => {
    const outcome = read().catch((error: unknown) => error);
    stream.write('some');
    stream.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    expect(await outcome).toMatchObject({ code: 'bad-request' });
  });

  it('over a slow connection is read to its end', async () => {
    const outcome = read();
    for (let second = 0; second < 300; second++) {
      stream.write(Buffer.alloc(8_000));
      await pass(1_000);
    }
    stream.end();
    expect(await outcome).toBe(300 * 8_000);
  });

  it('does not time out while the consumer is busy', async () => {
    const outcome = read(60_000);
    for (let part = 0; part < 5; part++) stream.write('part');
    stream.end();
    await pass(400_000);
    expect(await outcome).toBe(20);
  });

  it('stays open when only its start is read', async () => {
    stream.write('one');
    for await (const chunk of readWithStallTimeout(stream)) {
      expect(chunk.length).toBe(3);
      break;
    }
    await pass(60_000);
    expect(stream.destroyed).toBe(false);
  });
});
