import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requestState } from '@financeops/tenancy/context';
import { UsageTrackerService } from './usage-tracker.service';

const COUNTED = Symbol('financeops.countedBytes');

interface Counted {
  [COUNTED]?: number;
}

/**
 * Measures bandwidth where it passes: each reply that has been sent accounts for all bytes, in and out, headers too,
 * that its connection has carried since the reply before.
 */
@Injectable()
export class UsageRecorder {
  constructor(private readonly tracker: UsageTrackerService) {}

  /**
   * To be called for every request, tenant's or not, in Fastify's onResponse hook: connections may be shared (a proxy's
   * are), and what isn't accounted for here would fall to the next request. Bytes are the tenant's when its user or key
   * was verified; naming a tenant is not enough.
   */
  onResponse(request: FastifyRequest, _reply: FastifyReply): void {
    const socket: FastifyRequest['raw']['socket'] & Counted = request.raw.socket;
    const carried = socket.bytesRead + socket.bytesWritten;
    const bytes = carried - (socket[COUNTED] ?? 0);
    socket[COUNTED] = carried;
    const { principal, context } = requestState(request);
    // A request without a real connection (one injected in-process) has carried nothing.
    if (!(bytes > 0) || context === null || principal === null || principal.type === 'super-admin') return;
    this.tracker.add(context.tenant.id, 'bandwidth_bytes', bytes);
  }
}
