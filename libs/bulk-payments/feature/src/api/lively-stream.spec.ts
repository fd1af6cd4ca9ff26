import { PassThrough } from 'node:stream';
import { livelyBytes } from './lively-stream';

describe('An upload', () => {
  let stream: PassThrough;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    stream = new PassThrough();
  });
  afterEach(() => jest.useRealTimers());

  const read = async (pauseMs = 0): Promise<number> => {
    let bytes = 0;
    for await (const chunk of livelyBytes(stream)) {
      bytes += chunk.length;
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return bytes;
  };
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('that stalls is cut off after half a minute, however much came before', async () => {
    const outcome = read().catch((error: Error) => error.message);
    stream.write(Buffer.alloc(1_000_000));
    await pass(29_000);
    expect(stream.destroyed).toBe(false);
    await pass(3_000);
    expect(stream.destroyed).toBe(true);
    expect(await outcome).toBe('The upload came too slowly.');
  });

  it('that drips is cut off too', async () => {
    const outcome = read().catch((error: Error) => error.message);
    for (let second = 0; second < 40 && !stream.destroyed; second++) {
      stream.write('x');
      await pass(1_000);
    }
    expect(await outcome).toBe('The upload came too slowly.');
  });

  it('that breaks off is no fault of ours', async () => {
    const outcome = read().catch((error: unknown) => error);
    stream.write('some');
    stream.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    expect(await outcome).toMatchObject({ code: 'bad-request' });
  });

  it('over a slow line is taken to its end, however long it lasts', async () => {
    const outcome = read();
    for (let second = 0; second < 300; second++) {
      stream.write(Buffer.alloc(8_000));
      await pass(1_000);
    }
    stream.end();
    expect(await outcome).toBe(300 * 8_000);
  });

  it('that waits for us isn’t blamed for it', async () => {
    const outcome = read(60_000);
    for (let part = 0; part < 5; part++) stream.write('part');
    stream.end();
    await pass(400_000);
    expect(await outcome).toBe(20);
  });

  it('of which we read only the start stays open, to be read to its end by whoever keeps the connection', async () => {
    stream.write('one');
    for await (const chunk of livelyBytes(stream)) {
      expect(chunk.length).toBe(3);
      break;
    }
    await pass(60_000);
    expect(stream.destroyed).toBe(false);
  });
});
