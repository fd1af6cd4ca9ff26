import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { AccessRuleCheck } from './access.check';
import { CursorCodec } from './cursor-codec';
import { ProblemFilter } from './problem.filter';
import { UndeclaredInputGuard } from './undeclared-input.guard';
import { RequestValidationPipe } from './validation.pipe';

/** What is the same for every route: checks of input, problems, cursors, and that each says who may call it. */
@Global()
@Module({
  imports: [DiscoveryModule],
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
