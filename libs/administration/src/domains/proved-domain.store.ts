import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { DomainError } from '@financeops/core/errors';
import { currentSession } from '@financeops/core/mongo';
import { ProvedDomain } from './proved-domain.schema';

const taken = () => new DomainError('conflict', 'Another tenant has proved this domain already.');

/** Called inside the transaction that changes the tenant's list of domains. */
@Injectable()
export class ProvedDomainStore {
  constructor(@InjectModel(ProvedDomain.name) private readonly model: Model<ProvedDomain>) {}

  /** @throws DomainError `conflict` when another tenant has it. Two at once: one of them is a write conflict. */
  async claim(domain: string, tenantId: string): Promise<void> {
    const session = currentSession();
    const present = await this.model
      .findOne({ _id: domain })
      .session(session ?? null)
      .lean<ProvedDomain>()
      .exec();
    if (present !== null) {
      if (present.owner.toString() === tenantId) return;
      throw taken();
    }
    try {
      await this.model.create([{ _id: domain, owner: new Types.ObjectId(tenantId) }], { session });
    } catch (error) {
      throw (error as { code?: unknown }).code === 11000 ? taken() : error;
    }
  }

  async release(domain: string, tenantId: string): Promise<void> {
    await this.model.deleteOne(
      { _id: domain, owner: new Types.ObjectId(tenantId) },
      { session: currentSession() },
    );
  }
}
