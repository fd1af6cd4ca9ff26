import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { BypassRoutes } from '../bypass/bypass-routes';
import { prepareCollections } from '../placement/collection-builder';
import { ModelHolders } from './model-holders';
import { schemaViolations } from '../schema/schema-check.rules';

/** The application doesn't start with a hole: every schema, bypass and holder of a model is checked, then collections and indexes made. */
@Injectable()
export class IsolationBootService implements OnApplicationBootstrap {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly routes: BypassRoutes,
    private readonly holders: ModelHolders,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const faults = [...schemaViolations(this.connection), ...this.routes.faults(), ...this.holders.faults()];
    if (faults.length > 0) {
      throw new Error(`Tenant isolation is not complete:\n- ${faults.join('\n- ')}`);
    }
    await prepareCollections(this.connection);
  }
}
