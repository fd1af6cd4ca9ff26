import { ValidateBy } from 'class-validator';

export interface TextLimits {
  /** Characters, i.e. Unicode code points, as JSON Schema counts them. */
  min?: number;
  max: number;
  /** Whether control characters are refused. */
  printable?: boolean;
}

/** What is wrong with a text, or `null`. */
export const textFault = (value: unknown, { min = 0, max, printable = false }: TextLimits): string | null => {
  if (typeof value !== 'string') return 'must be a string';
  // UTF-8, in which MongoDB stores it, has no half pairs: another text would come back.
  if (/\p{Cs}/u.test(value)) return 'must be well-formed Unicode (a surrogate stands alone)';
  const { length } = [...value];
  if (length < min || length > max) return `must have ${min} to ${max} characters`;
  return printable && /\p{Cc}/u.test(value) ? 'must not contain control characters' : null;
};

export const IsText = (limits: TextLimits): PropertyDecorator =>
  ValidateBy({
    name: 'isText',
    validator: {
      validate: (value: unknown) => textFault(value, limits) === null,
      defaultMessage: (args) => textFault(args?.value, limits) ?? '',
    },
  });
