import { placeTenants } from '../../testing/isolation.fixture';

/** Everything that holds for tenants of the shared database holds for those with one of their own. */
placeTenants('dedicated');

describe("on a database of the tenant's own", () => {
  jest.requireActual('../repository/tenant-aware.repository.int-spec');
  jest.requireActual('../repository/tenant-aware.repository-surface.int-spec');
  jest.requireActual('../repository/stored-bytes.int-spec');
});
