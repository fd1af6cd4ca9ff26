export { FEATURES, SCOPES, type Feature, type Role, type Scope, type TenantRole } from './access-names';
export {
  accessRule,
  accessRuleOf,
  AnyPrincipal,
  AnyRole,
  OperatorRoute,
  Public,
  RequireFeature,
  requiredFeature,
  Roles,
  type AccessRule,
} from './access';
export { CursorCodec, type PagePosition } from './cursor-codec';
export { IsBound, IsInstant, parseBound, parseInstant } from './instant';
export { IsNested } from './nested.decorator';
export { ObjectIdPipe } from './object-id.pipe';
export { PageOf, PageQuery, type Page } from './page';
export { parseJsonBody, requireUtf8 } from './json-body';
export { stringifyReply } from './json-reply';
export { parseUntypedBody } from './untyped-body';
export { ApiProblems, documentedProblems } from './api-problems.decorator';
export { Problem } from './problem';
export { routeHandlers, type RouteHandler } from './route-handlers';
export { ProblemFilter, sendProblem } from './problem.filter';
export { HttpModule } from './http.module';
