import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '@financeops/core/errors';
import { toDomainError } from './error-translation';
import { toProblem } from './problem';

const path = (url: string): string => url.split('?', 1)[0] ?? '';

/** Sends an error as problem+json. The one place where errors become HTTP. */
export const sendProblem = (cause: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const error: DomainError = toDomainError(cause);
  const problem = toProblem(error, path(request.url), error.requestId ?? request.id);
  if (problem.status >= 500)
    request.log.error({ err: error.cause ?? cause, code: error.code }, 'request failed');
  if (reply.sent) return;
  // Errors from before the hooks have no id header yet.
  void reply.header('x-request-id', request.id);
  // Fastify would close the connection while the body still arrives, and most clients would see that instead of the reply.
  // Left open, Node reads and drops the rest, for at most the request timeout.
  if (problem.status === 413) void reply.removeHeader('connection');
  if (error.retryAfter !== undefined) void reply.header('retry-after', String(error.retryAfter));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
};

@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(cause: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(cause, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
