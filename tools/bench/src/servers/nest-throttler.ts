/** Nest on Express with @nestjs/throttler in Redis: a limiter and nothing else, neither token nor tenant. */
import 'reflect-metadata';
import { Controller, Get, Injectable, Module, Req } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { Redis } from 'ioredis';
import { setting } from './environment';
import { named, type WithHeaders } from './named-tenant';
import { meView } from './obvious/me';

@Injectable()
class TenantThrottlerGuard extends ThrottlerGuard {
  protected override getTracker(request: WithHeaders): Promise<string> {
    return Promise.resolve(named(request));
  }
}

@Controller('v1/me')
class MeController {
  @Get()
  me(@Req() request: WithHeaders) {
    return meView('user', { id: named(request), slug: 'tenant', tier: 'ENTERPRISE' });
  }
}

@Module({
  imports: [
    ThrottlerModule.forRoot({
      throttlers: [{ ttl: 60_000, limit: 1_000 }],
      storage: new ThrottlerStorageRedisService(new Redis(setting('REDIS_URL'))),
    }),
  ],
  controllers: [MeController],
  providers: [{ provide: APP_GUARD, useClass: TenantThrottlerGuard }],
})
class ThrottledModule {}

const main = async (): Promise<void> => {
  const app = await NestFactory.create(ThrottledModule, { logger: ['error', 'warn'] });
  await app.listen(Number(setting('PORT')), '127.0.0.1');
};

void main();
