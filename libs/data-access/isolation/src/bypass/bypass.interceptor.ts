import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { finalize, Observable } from 'rxjs';
import { ForbiddenError, UnavailableError } from '@financeops/core/errors';
import { requestState } from '@financeops/tenancy/context';
import { Bypass, withBypass } from './bypass';
import { bypassReason } from './bypass-reason';
import { BypassRecord } from './bypass-record';

/** Opens the bypass for one handler, after the audit log has it, and closes it when the handler has ended. */
@Injectable()
export class BypassInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly bypasses: BypassRecord,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const reason = bypassReason(this.reflector, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = requestState(request);
    // The access guard has refused everybody else already; a bypass asks once more.
    if (reason === undefined || principal?.type !== 'super-admin') {
      throw new ForbiddenError('Only super-admins may do this.');
    }
    await this.record(request, reason);
    const bypass = new Bypass(reason);
    return new Observable<unknown>((subscriber) =>
      withBypass(bypass, () =>
        next
          .handle()
          .pipe(finalize(() => bypass.end()))
          .subscribe(subscriber),
      ),
    );
  }

  private async record(request: FastifyRequest, reason: string): Promise<void> {
    try {
      await this.bypasses.open({
        reason,
        actor: requestState(request).principal,
        requestId: request.id,
        route: `${request.method} ${request.routeOptions.url ?? ''}`,
      });
    } catch (error) {
      throw new UnavailableError('The audit log is not reachable, so nothing was read.', 2, error);
    }
  }
}
