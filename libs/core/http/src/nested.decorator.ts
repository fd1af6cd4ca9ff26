import { applyDecorators, type Type as Class } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateNested } from 'class-validator';

/** `ValidateNested` checks the items of an array in an object's place, and lets an empty one through. */
const IsNotArray = (each: boolean, message: string): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isNotArray',
      validator: { validate: (value: unknown) => !Array.isArray(value), defaultMessage: () => message },
    },
    { each },
  );

/** An object of a DTO class, or with `each` an array of them (beside `@IsArray`). */
export const IsNested = (
  type: () => Class<object>,
  options: { each?: boolean; message?: string } = {},
): PropertyDecorator => {
  const { each = false, message = each ? 'must be objects' : 'must be an object' } = options;
  return applyDecorators(IsNotArray(each, message), ValidateNested({ each, message }), Type(type));
};
