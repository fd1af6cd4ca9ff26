import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError as Fault } from 'class-validator';
import { ValidationError, type FieldError } from '@financeops/core/errors';
import { jsonPointer } from './json-body';

const UNKNOWN_FIELD = 'is not a known field';

interface FlatFault {
  path: string[];
  message: string;
}

/** class-validator's own messages begin with the field's name, which stands in the pointer already. */
const withoutName = (message: string, name: string): string =>
  message.startsWith(`${name} `) ? message.slice(name.length + 1) : message;

const flatten = (faults: Fault[], path: string[] = []): FlatFault[] =>
  faults.flatMap((fault) => {
    const here = [...path, fault.property];
    const own = Object.entries(fault.constraints ?? {}).map(([rule, message]) => ({
      path: here,
      // Instead of "property x should not exist".
      message: rule === 'whitelistValidation' ? UNKNOWN_FIELD : withoutName(message, fault.property),
    }));
    return [...own, ...flatten(fault.children ?? [], here)];
  });

const locate =
  (kind: 'body' | 'query') =>
  ({ path, message }: FlatFault): FieldError =>
    kind === 'query' ? { parameter: path.join('.'), message } : { pointer: jsonPointer(path), message };

const isClass = (metatype: ArgumentMetadata['metatype']): metatype is Type<object> =>
  metatype !== undefined && ![Object, String, Number, Boolean, Array].includes(metatype as ObjectConstructor);

/** Names that any object inherits, which a whitelist takes for known ones. */
const inherited = (input: object): FlatFault[] =>
  Object.keys(input)
    .filter((key) => key in Object.prototype)
    .map((key) => ({ path: [key], message: UNKNOWN_FIELD }));

/** Checks and converts bodies and queries by their DTO classes; what a class doesn't name is refused. */
export class RequestValidationPipe implements PipeTransform {
  /** @throws ValidationError with a JSON pointer per body field, or the name of each query parameter. */
  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if ((type !== 'body' && type !== 'query') || !isClass(metatype)) return value;
    const input = value ?? {};
    if (typeof input !== 'object' || Array.isArray(input)) {
      throw new ValidationError([{ pointer: '', message: 'must be a JSON object' }]);
    }
    const strange = inherited(input);
    if (strange.length > 0) throw new ValidationError(strange.map(locate(type)));
    const instance = plainToInstance(metatype, { ...input });
    const faults = await validate(instance, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: false, value: false },
    });
    if (faults.length > 0) throw new ValidationError(flatten(faults).map(locate(type)));
    return instance;
  }
}
