import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { FaultyProxy, until } from '@financeops/testing';
import { connectSubscriber } from './connect';

beforeAll(() => Logger.overrideLogger(false));

describe('The connection that only listens', () => {
  let proxy: FaultyProxy;
  let subscriber: Redis;
  let speaker: Redis;
  let losses: number;
  beforeEach(async () => {
    const url = new URL(process.env['TEST_REDIS_URL']!);
    speaker = connectSubscriber({ url: url.href });
    proxy = await FaultyProxy.before(Number(url.port));
    url.port = String(proxy.port);
    subscriber = connectSubscriber({ url: url.href });
    losses = 0;
    subscriber.on('close', () => losses++);
    await subscriber.subscribe('heartbeat-test');
  });
  afterEach(async () => {
    subscriber.disconnect();
    speaker.disconnect();
    await proxy.cut();
  });

  it('finds out that its peer has fallen silent, and listens again when there is one', async () => {
    proxy.silence();
    await until('the silence to be noticed', () => losses > 0);
    await proxy.restore();
    const heard: string[] = [];
    subscriber.on('message', (_channel, message) => heard.push(message));
    await until('a message to arrive', async () => {
      await speaker.publish('heartbeat-test', 'hello');
      return heard.length > 0;
    });
  });

  it('is not given up by a process that was too busy to read the answers', async () => {
    let lost = false;
    speaker.on('close', () => (lost = true));
    await speaker.subscribe('heartbeat-test');
    for (let time = 0; time < 3; time++) {
      // Long enough for a question and the patience for its answer, with a turn of the event loop now and then.
      for (const end = performance.now() + 900; performance.now() < end;);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await speaker.ping();
    expect(lost).toBe(false);
  });
});
