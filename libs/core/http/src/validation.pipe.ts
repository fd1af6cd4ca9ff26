import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError as Violation } from 'class-validator';
import { ValidationError, type FieldError } from '@financeops/core/errors';
import { jsonPointer } from './json-body';

const UNKNOWN_FIELD = 'is not a known field';

interface FlatViolation {
  path: string[];
  message: string;
}

/** class-validator's messages start with the field's name, which the pointer has already. */
const withoutName = (message: string, name: string): string =>
  message.startsWith(`${name} `) ? message.slice(name.length + 1) : message;

const flatten = (violations: Violation[], path: string[] = []): FlatViolation[] =>
  violations.flatMap((violation) => {
    const here = [...path, violation.property];
    const own = Object.entries(violation.constraints ?? {}).map(([rule, message]) => ({
      path: here,
      // Instead of "property x should not exist".
      message: rule === 'whitelistValidation' ? UNKNOWN_FIELD : withoutName(message, violation.property),
    }));
    return [...own, ...flatten(violation.children ?? [], here)];
  });

const locate =
  (kind: 'body' | 'query') =>
  ({ path, message }: FlatViolation): FieldError =>
    kind === 'query' ? { parameter: path.join('.'), message } : { pointer: jsonPointer(path), message };

const isClass = (metatype: ArgumentMetadata['metatype']): metatype is Type<object> =>
  metatype !== undefined && ![Object, String, Number, Boolean, Array].includes(metatype as ObjectConstructor);

/** Fields named like members that every object inherits: the whitelist takes them for known ones. */
const inherited = (input: object): FlatViolation[] =>
  Object.keys(input)
    .filter((key) => key in Object.prototype)
    .map((key) => ({ path: [key], message: UNKNOWN_FIELD }));

/** Validates and converts bodies and queries by their DTO classes; refuses fields that a class doesn't have. */
export class RequestValidationPipe implements PipeTransform {
  /** @throws ValidationError with a JSON pointer per body field, or the name of each query parameter. */
  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if ((type !== 'body' && type !== 'query') || !isClass(metatype)) return value;
    const input = value ?? {};
    if (typeof input !== 'object' || Array.isArray(input)) {
      throw new ValidationError([{ pointer: '', message: 'must be a JSON object' }]);
    }
    const unknown = inherited(input);
    if (unknown.length > 0) throw new ValidationError(unknown.map(locate(type)));
    const instance = plainToInstance(metatype, { ...input });
    const violations = await validate(instance, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: false, value: false },
    });
    if (violations.length > 0) throw new ValidationError(flatten(violations).map(locate(type)));
    return instance;
  }
}
