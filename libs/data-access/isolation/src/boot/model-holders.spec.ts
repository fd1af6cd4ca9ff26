import { Controller, Inject, Injectable, Module, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { getConnectionToken, getModelToken, InjectModel } from '@nestjs/mongoose';
import { Test } from '@nestjs/testing';
import mongoose, { Schema, type Model } from 'mongoose';
import { Invoice, invoiceSchema } from '../../testing/isolation.fixture';
import { ModelHolders } from './model-holders';
import { TenantAwareRepository } from '../repository/tenant-aware.repository';
import { TenantIsolation } from '../repository/tenant-isolation';

const TENANTS = getModelToken(Invoice.name);
const SHARED = getModelToken('Rate');

const faultsOf = async (providers: Provider[], controllers: Type[] = []): Promise<string[]> => {
  const connection = mongoose.createConnection();
  const invoices = connection.model(Invoice.name, invoiceSchema());
  connection.model('Rate', new Schema({ of: String }, { collection: 'rates' }));
  const given = new Map<unknown, object>([
    [TENANTS, invoices],
    [SHARED, {}],
    [TenantIsolation, {}],
  ]);
  @Module({ providers, controllers })
  class Feature {}
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule, Feature],
    providers: [ModelHolders, { provide: getConnectionToken(), useValue: connection }],
  })
    .useMocker((token) => given.get(token))
    .compile();
  return module.get(ModelHolders).faults();
};

const violation = (name: string): string =>
  `${name}: the model Invoice is a tenant's; go through a TenantAwareRepository`;

describe('The model of a tenant’s collection', () => {
  it('may be given to a repository, and a shared one to anybody', async () => {
    @Injectable()
    class Invoices extends TenantAwareRepository<Invoice> {
      constructor(@InjectModel(Invoice.name) model: Model<Invoice>, isolation: TenantIsolation) {
        super(model, isolation);
      }
    }
    @Injectable()
    class BetterInvoices extends Invoices {}
    @Injectable()
    class Rates {
      constructor(@InjectModel('Rate') readonly model: object) {}
    }
    const made = { provide: 'rates', inject: [SHARED], useFactory: () => 'rates' };
    const given = { provide: 'nothing', useValue: null };
    await expect(faultsOf([Invoices, BetterInvoices, Rates, made, given])).resolves.toEqual([]);
  });

  it('is found in the constructor of a provider, its heir and a controller', async () => {
    @Injectable()
    class Reports {
      constructor(@InjectModel(Invoice.name) readonly model: object) {}
    }
    @Injectable()
    class Heir extends Reports {}
    @Controller('reports')
    class Routes {
      constructor(@InjectModel(Invoice.name) readonly model: object) {}
    }
    const faults = await faultsOf([Reports, Heir], [Routes]);
    expect(faults).toEqual([violation('Reports'), violation('Heir'), violation('Routes')]);
  });

  it('is found on a property', async () => {
    @Injectable()
    class Reports {
      @Inject(TENANTS) readonly model!: object;
    }
    await expect(faultsOf([Reports])).resolves.toEqual([violation('Reports')]);
  });

  it.each([
    ['its token', TENANTS],
    ['its token, optional', { token: TENANTS, optional: true }],
  ])('is found in a factory, by %s', async (_how, asked) => {
    const made = { provide: 'reports', inject: [SHARED, asked], useFactory: () => 'reports' };
    await expect(faultsOf([made])).resolves.toEqual([violation('reports')]);
  });
});
