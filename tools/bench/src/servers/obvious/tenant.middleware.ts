import { Injectable, UnauthorizedException, type NestMiddleware } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectConnection } from '@nestjs/mongoose';
import { Types, type Connection } from 'mongoose';
import { redis } from './redis';
import { tenants, type Tenant } from './tenant-context';

const TTL_SECONDS = 300;

/** Who is it for: the token's tenant, from Redis or else from MongoDB, kept for the rest of the request. */
@Injectable()
export class TenantMiddleware implements NestMiddleware {
  constructor(
    private readonly jwt: JwtService,
    @InjectConnection() private readonly connection: Connection,
  ) {}

  async use(
    request: { headers: { authorization?: string } },
    _reply: unknown,
    next: () => void,
  ): Promise<void> {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const { tenantId } = await this.jwt.verifyAsync<{ tenantId: string }>(token);
    const tenant = await this.find(tenantId);
    if (tenant === null || !tenant.isActive) throw new UnauthorizedException();
    tenants.run(tenant, next);
  }

  private async find(id: string): Promise<Tenant | null> {
    const cached = await redis.get(`obvious-tenant:${id}`);
    if (cached !== null) return JSON.parse(cached) as Tenant;
    const found = await this.connection.collection('tenants').findOne({ _id: new Types.ObjectId(id) });
    if (found === null) return null;
    const tenant = { id, slug: found['slug'], tier: found['tier'], isActive: found['isActive'] } as Tenant;
    await redis.set(`obvious-tenant:${id}`, JSON.stringify(tenant), 'EX', TTL_SECONDS);
    return tenant;
  }
}
