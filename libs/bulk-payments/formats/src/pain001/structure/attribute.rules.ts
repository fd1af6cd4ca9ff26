import { type Tag } from '../xml/xml-events';
import { MISSING, NOT_ADMITTED, shortName } from './structure-error';
import { type ElementType } from './notation';
import { textType } from './text-types';

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
/** Locations of schemas, which are ignored. `xsi:type` and `xsi:nil` change an element's type and are not allowed. */
const HINTS = ['schemaLocation', 'noNamespaceSchemaLocation'];

const CURRENCY = textType('currency');

interface Attributes {
  currency: string | null;
  errors: { message: string; name: string; reason: string }[];
}

const NONE: Attributes = { currency: null, errors: [] };

const isDeclaration = (uri: string, local: string): boolean =>
  uri === XMLNS || (uri === XSI && HINTS.includes(local));

/** Reads the attributes of an element. The only one that the message has is `Ccy` of amounts. */
export const readAttributes = ({ name, attributes }: Tag, type: ElementType): Attributes => {
  const hasCurrency = type.kind === 'text' && type.hasCurrency;
  let found: Attributes = NONE;
  let hasCcy = false;
  for (const key in attributes) {
    const attribute = attributes[key];
    if (attribute === undefined) continue;
    const { uri, local, value } = attribute;
    if (isDeclaration(uri, local)) continue;
    if (found === NONE) found = { currency: null, errors: [] };
    if (hasCurrency && uri === '' && local === 'Ccy') {
      hasCcy = true;
      const error = CURRENCY.error(value);
      if (error === null) found.currency = value;
      else found.errors.push({ message: `Ccy of ${name} ${error}.`, name: 'Ccy', reason: CURRENCY.reason });
    } else {
      const message = `${name} has an attribute ${shortName(key)}, which is not allowed.`;
      found.errors.push({ message, name: shortName(key), reason: NOT_ADMITTED });
    }
  }
  if (!hasCurrency || hasCcy) return found;
  const missing = { message: `${name} has no attribute Ccy.`, name: 'Ccy', reason: MISSING };
  return { currency: null, errors: [...found.errors, missing] };
};
