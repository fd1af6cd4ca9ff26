import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { NotFoundError } from '@financeops/core/errors';
import { accessRule } from '@financeops/core/http';

/**
 * The worker knows nobody: it verifies no credential and resolves no tenant. Libraries that it shares with the API bring
 * routes along; here they don't exist.
 */
@Injectable()
export class OperatorRoutesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws NotFoundError for every route but health and metrics */
  canActivate(context: ExecutionContext): boolean {
    if (accessRule(this.reflector, context)?.kind !== 'operator') throw new NotFoundError();
    return true;
  }
}
