import { Controller, Get, Inject, Res } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Command } from 'ioredis';
import type { Connection } from 'mongoose';
import { OperatorRoute } from '@financeops/core/http';
import { Metrics } from '@financeops/core/observability';
import { REDIS, type RedisConnection } from '@financeops/core/redis';

const PROBE_TIMEOUT_MS = 1_000;
type Check = 'up' | 'down';

const probe = async (ask: () => Promise<unknown>): Promise<Check> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PROBE_TIMEOUT_MS);
  });
  try {
    await Promise.race([ask(), late]);
    return 'up';
  } catch {
    return 'down';
  } finally {
    clearTimeout(timer);
  }
};

@ApiExcludeController()
@OperatorRoute()
@Controller()
export class HealthController {
  constructor(
    @InjectConnection() private readonly mongo: Connection,
    @Inject(REDIS) private readonly redis: RedisConnection,
    private readonly metrics: Metrics,
  ) {}

  /** The process runs; restart it when this fails. */
  @Get('health/live')
  live() {
    return { status: 'ok' };
  }

  /** Whether to send it requests. Without Redis it still serves; without MongoDB it doesn't. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const [mongodb, redis] = await Promise.all([
      probe(async () => this.mongo.db!.command({ ping: 1 })),
      probe(() => this.pingRedis()),
    ]);
    const ok = mongodb === 'up';
    void reply.code(ok ? 200 : 503).header('cache-control', 'no-store');
    if (!ok) void reply.header('retry-after', '2');
    return { status: ok ? 'ok' : 'unavailable', checks: { mongodb, redis } };
  }

  /** With more patience than a request has: a moment's delay isn't an outage. */
  private async pingRedis(): Promise<unknown> {
    const command = new Command('ping', []);
    command.setTimeout(PROBE_TIMEOUT_MS);
    return this.redis.sendCommand(command);
  }

  @Get('metrics')
  async exposition(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.metrics.registry.metrics();
    await reply.type(this.metrics.registry.contentType).send(text);
  }
}
