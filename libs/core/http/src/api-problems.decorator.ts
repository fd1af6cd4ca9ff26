import { SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { ErrorCode } from '@financeops/core/errors';

const PROBLEMS = 'financeops:problems';
type Target = Parameters<Reflector['get']>[1];

/**
 * Documents the problems that are particular to a route. Those that follow from its access rule, its parameters and its
 * body are added to the OpenAPI document for every route.
 */
export const ApiProblems = (...codes: ErrorCode[]): MethodDecorator => SetMetadata(PROBLEMS, codes);

export const documentedProblems = (reflector: Reflector, handler: Target): readonly ErrorCode[] =>
  reflector.get<ErrorCode[] | undefined>(PROBLEMS, handler) ?? [];
