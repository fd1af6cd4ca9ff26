export { ERROR_CODES, HTTP_STATUS, TITLE, type ErrorCode } from './error-code';
export {
  BadRequestError,
  CrossTenantAccessError,
  DomainError,
  ForbiddenError,
  NotFoundError,
  UnauthenticatedError,
  UnavailableError,
  ValidationError,
  type DomainErrorOptions,
  type FieldError,
} from './domain-error';
