import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { BypassRoutes } from './bypass-routes';
import { prepareCollections } from './collection-builder';
import { schemaFaults } from './schema-check.rules';

/** The application doesn't start with a hole: every schema and bypass is checked, then collections and indexes made. */
@Injectable()
export class IsolationBootService implements OnApplicationBootstrap {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly routes: BypassRoutes,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const faults = [...schemaFaults(this.connection), ...this.routes.faults()];
    if (faults.length > 0) {
      throw new Error(`Tenant isolation is not complete:\n- ${faults.join('\n- ')}`);
    }
    await prepareCollections(this.connection);
  }
}
