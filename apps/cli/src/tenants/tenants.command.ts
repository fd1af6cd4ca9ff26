import { Command, SubCommand } from 'nest-commander';
import { TenantRegistry } from '@financeops/tenancy/directory';
import { GroupCommand } from '../support/group.command';
import { PlatformCommand, type Outcome, type OutputOptions } from '../support/platform.command';
import { withPlatform } from '../support/with-platform';

const PAGE = 100;

@SubCommand({ name: 'list', description: 'List all tenants, newest first' })
export class ListTenantsCommand extends PlatformCommand<OutputOptions> {
  protected execute(): Promise<Outcome> {
    return withPlatform(null, async (app) => {
      const registry = app.get(TenantRegistry);
      const tenants = [];
      let after = null;
      do {
        const page: Awaited<ReturnType<TenantRegistry['page']>> = await registry.page(PAGE, after);
        tenants.push(
          ...page.tenants.map(({ id, slug, snapshot, tier, isActive }) => ({
            id,
            slug,
            name: snapshot.name,
            tier,
            isActive,
          })),
        );
        after = page.next;
      } while (after !== null);
      return {
        json: tenants,
        lines: [
          ...tenants.map(
            ({ id, slug, name, tier, isActive }) =>
              `${id}  ${slug.padEnd(24)} ${tier.padEnd(12)} ${isActive ? 'active  ' : 'inactive'} ${name}`,
          ),
          `${tenants.length} tenants`,
        ],
      };
    });
  }
}

@Command({ name: 'tenants', description: 'The list of tenants', subCommands: [ListTenantsCommand] })
export class TenantsCommand extends GroupCommand {}
