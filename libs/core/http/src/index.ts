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
