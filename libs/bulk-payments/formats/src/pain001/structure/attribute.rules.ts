import { type Tag } from '../xml/xml-events';
import { MISSING, NOT_ADMITTED, shortName } from './fault';
import { type ElementType } from './notation';
import { textType } from './text-types';

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
/** Say where a schema is, which nobody loads. `xsi:type` and `xsi:nil` would change what an element is: not these. */
const HINTS = ['schemaLocation', 'noNamespaceSchemaLocation'];

const CURRENCY = textType('currency');

interface Attributes {
  currency: string | null;
  faults: { message: string; name: string; reason: string }[];
}

const NONE: Attributes = { currency: null, faults: [] };

const isDeclaration = (uri: string, local: string): boolean =>
  uri === XMLNS || (uri === XSI && HINTS.includes(local));

/** The currency of an amount, and what is wrong with an element's attributes: the message has one, `Ccy` of amounts. */
export const readAttributes = ({ name, attributes }: Tag, type: ElementType): Attributes => {
  const hasCurrency = type.kind === 'text' && type.hasCurrency;
  let found: Attributes = NONE;
  let isCurrencyThere = false;
  for (const [key, { uri, local, value }] of Object.entries(attributes)) {
    if (isDeclaration(uri, local)) continue;
    if (found === NONE) found = { currency: null, faults: [] };
    if (hasCurrency && uri === '' && local === 'Ccy') {
      isCurrencyThere = true;
      const fault = CURRENCY.fault(value);
      if (fault === null) found.currency = value;
      else found.faults.push({ message: `Ccy of ${name} ${fault}.`, name: 'Ccy', reason: CURRENCY.reason });
    } else {
      const message = `${name} has an attribute ${shortName(key)}, which is not allowed.`;
      found.faults.push({ message, name: shortName(key), reason: NOT_ADMITTED });
    }
  }
  if (!hasCurrency || isCurrencyThere) return found;
  const missing = { message: `${name} has no attribute Ccy.`, name: 'Ccy', reason: MISSING };
  return { currency: null, faults: [...found.faults, missing] };
};
