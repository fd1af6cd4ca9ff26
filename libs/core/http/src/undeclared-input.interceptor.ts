import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ValidationError } from '@financeops/core/errors';
import { accessRuleOf } from './access';
import { Reflector } from '@nestjs/core';
import { jsonPointer } from './json-body';

type Handler = ReturnType<ExecutionContext['getHandler']>;

const declares = (context: ExecutionContext, kind: RouteParamtypes): boolean => {
  const args: object =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {};
  return Object.keys(args).some((key) => Number(key.split(':')[0]) === kind);
};

/** A route that declares no query or body takes none: an unknown parameter is refused there too, not passed over. */
@Injectable()
export class UndeclaredInputInterceptor implements NestInterceptor {
  private readonly known = new Map<Handler, { query: boolean; body: boolean }>();

  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler();
    const declared = this.known.get(handler) ?? this.examine(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!declared.query) {
      const names = Object.keys(request.query as object);
      if (names.length > 0) {
        throw new ValidationError(
          names.map((parameter) => ({ parameter, message: 'is not a known parameter' })),
        );
      }
    }
    const { body } = request;
    if (
      !declared.body &&
      typeof body === 'object' &&
      body !== null &&
      Object.getPrototypeOf(body) === Object.prototype
    ) {
      const names = Object.keys(body);
      if (names.length > 0) {
        throw new ValidationError(
          names.map((name) => ({ pointer: jsonPointer([name]), message: 'is not a known field' })),
        );
      }
    }
    return next.handle();
  }

  private examine(context: ExecutionContext) {
    const operator =
      accessRuleOf(this.reflector, context.getHandler(), context.getClass())?.kind === 'operator';
    const declared = {
      query: operator || declares(context, RouteParamtypes.QUERY),
      body: operator || declares(context, RouteParamtypes.BODY),
    };
    this.known.set(context.getHandler(), declared);
    return declared;
  }
}
