import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AccessRuleCheck } from './access.check';
import { CursorCodec } from './cursor-codec';
import { ProblemFilter } from './problem.filter';
import { UndeclaredInputGuard } from './undeclared-input.guard';
import { RequestValidationPipe } from './validation.pipe';

/** What every route shares: input validation, problem replies, cursors, and the check that each route has an access rule. */
@Global()
@Module({
  providers: [
    CursorCodec,
    AccessRuleCheck,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: UndeclaredInputGuard },
    { provide: APP_PIPE, useClass: RequestValidationPipe },
  ],
  exports: [CursorCodec],
})
export class HttpModule {}
