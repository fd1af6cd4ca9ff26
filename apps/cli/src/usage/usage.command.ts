import { Command, SubCommand } from 'nest-commander';
import {
  OwnerlessPaymentsJob,
  UsageReconciliation,
  UsageReconciliationModule,
} from '@financeops/payments/feature';
import { PERIOD } from '@financeops/usage';
import { GroupCommand } from '../support/group.command';
import { InputError } from '../support/input.error';
import { PlatformCommand, type Outcome, type OutputOptions } from '../support/platform.command';
import { withPlatform } from '../support/with-platform';

@SubCommand({
  name: 'reconcile',
  arguments: '[months...]',
  description:
    'Compare usage counters with the payments themselves and correct them: of the given months (YYYY-MM), or of those that can still change.',
})
export class ReconcileUsageCommand extends PlatformCommand<OutputOptions> {
  protected execute(periods: string[]): Promise<Outcome> {
    const strange = periods.find((period) => !PERIOD.test(period));
    if (strange !== undefined)
      throw new InputError(`${strange} is not a month: use YYYY-MM, for example 2026-11.`);
    return withPlatform(UsageReconciliationModule, async (app) => {
      const { checked, differences } = await app
        .get(UsageReconciliation)
        .all(periods.length > 0 ? periods : undefined);
      const ownerless = await app.get(OwnerlessPaymentsJob).look();
      return {
        json: { checked, differences, ownerless },
        lines: [
          ...differences.map(
            ({ tenantId, period, metric, counted, actual }) =>
              `${tenantId} ${period} ${metric}: ${counted} corrected to ${actual}`,
          ),
          ...ownerless.map(
            ({ tenantId, payments }) =>
              `${tenantId} is not in the list of tenants: its ${payments} payments are not counted`,
          ),
          `${checked} counters checked, ${differences.length} differences`,
        ],
      };
    });
  }
}

@Command({ name: 'usage', description: 'Usage counters', subCommands: [ReconcileUsageCommand] })
export class UsageCommand extends GroupCommand {}
