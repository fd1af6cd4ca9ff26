import { IsBound, parseBound } from '@financeops/core/http';
import type { Period } from '../../payment/payment-sums';

/** `undefined` for an end that was left open. The text has been validated by `IsBound`. */
const endOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : (parseBound(text) ?? undefined);

export const toPeriod = (from: string | undefined, to: string | undefined): Period => ({
  from: endOf(from),
  to: endOf(to),
});

/** A period in which payments were created. */
export class PeriodQuery {
  @IsBound('inclusive')
  from?: string;

  @IsBound('exclusive')
  to?: string;
}
