import type { Type } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

export const BYPASS_REASON = 'financeops:bypass-reason';

type Handler = Parameters<Reflector['get']>[1];

/** Why a handler reads across tenants; `undefined` when it doesn't. */
export const bypassReason = (reflector: Reflector, handler: Handler | Type): string | undefined =>
  reflector.get<string | undefined>(BYPASS_REASON, handler);
