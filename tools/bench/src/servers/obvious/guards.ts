import {
  HttpException,
  Injectable,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { Observable } from 'rxjs';
import { memberSource, ZSET_LUA } from '../../limiter/zset';
import { redis } from './redis';
import { secret } from './secret';
import { tenants } from './tenant-context';

const LIMIT = 1_000;
const WINDOW_MS = 60_000;
const member = memberSource();

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // passport-jwt takes a KeyObject too; its types don't say so.
      secretOrKey: secret() as string,
    });
  }

  validate(payload: { sub: string; tenantId: string; role: string }) {
    return { id: payload.sub, tenantId: payload.tenantId, role: payload.role };
  }
}

@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {}

@Injectable()
export class RateLimitGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const tenant = tenants.getStore()!;
    const now = Date.now();
    const key = `obvious-limit:${tenant.id}`;
    const [allowed, remaining, oldest] = (await redis.eval(
      ZSET_LUA,
      1,
      key,
      now,
      WINDOW_MS,
      LIMIT,
      member(now),
    )) as [number, number, string];
    // Express and Fastify name it differently.
    const reply = context.switchToHttp().getResponse<{
      header(name: string, value: string): unknown;
    }>();
    reply.header('X-RateLimit-Limit', String(LIMIT));
    reply.header('X-RateLimit-Remaining', String(remaining));
    reply.header('X-RateLimit-Reset', String(Math.ceil((Number(oldest) + WINDOW_MS) / 1_000)));
    if (allowed !== 1) throw new HttpException('Too Many Requests', 429);
    return true;
  }
}

@Injectable()
export class UsageInterceptor implements NestInterceptor {
  async intercept(_context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const { id } = tenants.getStore()!;
    const key = `obvious-usage:${id}:${new Date().toISOString().slice(0, 7)}`;
    await redis.hincrby(key, 'api_calls', 1);
    await redis.expire(key, 120 * 86_400);
    return next.handle();
  }
}
