/** The obvious implementation of GET /v1/me, as the documentation of NestJS and a blog or two have it; on Express or Fastify. */
import 'reflect-metadata';
import {
  Controller,
  Get,
  Module,
  Req,
  UseGuards,
  UseInterceptors,
  type MiddlewareConsumer,
  type NestModule,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { MongooseModule } from '@nestjs/mongoose';
import { PassportModule } from '@nestjs/passport';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { setting } from '../environment';
import { JwtAuthGuard, JwtStrategy, RateLimitGuard, UsageInterceptor } from './guards';
import { meView } from './me';
import { secret } from './secret';
import { tenants } from './tenant-context';
import { TenantMiddleware } from './tenant.middleware';

@Controller('v1/me')
@UseGuards(JwtAuthGuard, RateLimitGuard)
@UseInterceptors(UsageInterceptor)
class MeController {
  @Get()
  me(@Req() request: { user: { id: string } }) {
    const { id, slug, tier } = tenants.getStore()!;
    return meView(request.user.id, { id, slug, tier });
  }
}

@Module({
  imports: [
    MongooseModule.forRoot(setting('MONGODB_URI')),
    PassportModule,
    JwtModule.register({ secret: secret() as string }),
  ],
  controllers: [MeController],
  providers: [JwtStrategy],
})
class ObviousModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TenantMiddleware).forRoutes(MeController);
  }
}

const main = async (): Promise<void> => {
  const adapter = setting('ADAPTER') === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(ObviousModule, adapter, { logger: ['error', 'warn'] });
  await app.listen(Number(setting('PORT')), '127.0.0.1');
};

void main();
