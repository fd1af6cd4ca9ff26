import type { FastifyRequest } from 'fastify';
import { requestState, type Principal } from '@financeops/tenancy/context';

/** Whose act something is and in which request, for the audit log. */
export interface RequestActor {
  actor: Principal | null;
  requestId: string;
}

export const actOf = (request: FastifyRequest): RequestActor => ({
  actor: requestState(request).principal,
  requestId: request.id,
});
