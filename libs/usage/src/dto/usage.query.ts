import { IsPeriod } from './period.decorator';

export class UsageQuery {
  @IsPeriod()
  period?: string;
}
