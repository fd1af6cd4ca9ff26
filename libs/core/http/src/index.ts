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
export { PageQuery, type Page } from './page';
