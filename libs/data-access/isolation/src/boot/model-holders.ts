import { Injectable, type InjectionToken, type Type } from '@nestjs/common';
import { PROPERTY_DEPS_METADATA, SELF_DECLARED_DEPS_METADATA } from '@nestjs/common/constants';
import { DiscoveryService } from '@nestjs/core';
import { getModelToken, InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { TenantAwareRepository } from '../repository/tenant-aware.repository';
import { tenantSchemaFacts } from '../document/tenant-schema-facts';

type Holder = ReturnType<DiscoveryService['getProviders']>[number];

/** What a class asks for by `@Inject` and its like: through its constructor, and on its properties. */
const askedFor = (metatype: object): unknown[] => {
  const read = <T>(key: string) => (Reflect.getMetadata(key, metatype) ?? []) as T[];
  return [
    ...read<{ param: unknown }>(SELF_DECLARED_DEPS_METADATA).map(({ param }) => param),
    ...read<{ type: unknown }>(PROPERTY_DEPS_METADATA).map(({ type }) => type),
  ];
};

const tokenOf = (asked: InjectionToken | { token: InjectionToken }): InjectionToken =>
  typeof asked === 'object' && 'token' in asked ? asked.token : asked;

const isRepository = (metatype: unknown): boolean =>
  typeof metatype === 'function' && metatype.prototype instanceof TenantAwareRepository;

/** Finds who is given a tenant's model, and isn't a repository. */
@Injectable()
export class ModelHolders {
  constructor(
    private readonly discovery: DiscoveryService,
    @InjectConnection() private readonly connection: Connection,
  ) {}

  /** Providers and controllers that the model of a tenant's collection is injected into, past the first net. */
  faults(): string[] {
    const models = new Map<unknown, string>(
      Object.values(this.connection.models)
        .filter(({ schema }) => tenantSchemaFacts(schema) !== undefined)
        .map(({ modelName }) => [getModelToken(modelName), modelName]),
    );
    return [...this.discovery.getProviders(), ...this.discovery.getControllers()].flatMap((holder) =>
      isRepository(holder.metatype) ? [] : this.heldBy(holder, models),
    );
  }

  private heldBy({ metatype, inject, name }: Holder, models: ReadonlyMap<unknown, string>): string[] {
    const tokens = inject?.map(tokenOf) ?? (typeof metatype === 'function' ? askedFor(metatype as Type) : []);
    return tokens.flatMap((token) => {
      const model = models.get(token);
      return model === undefined
        ? []
        : [`${String(name)}: the model ${model} is a tenant's; go through a TenantAwareRepository`];
    });
  }
}
