import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { TransactionRunner } from '@financeops/core/mongo';
import { TenantAwareRepository, TenantIsolation } from '@financeops/data-access/isolation';
import { AccountChangeStore } from '../accounts/account-change.store';
import { User } from './user.schema';

/** What can be changed of a user. */
export type UserFields = Partial<Pick<User, 'name' | 'role' | 'passwordHash' | 'tokenVersion'>>;

@Injectable()
export class UserRepository extends TenantAwareRepository<User> {
  constructor(
    @InjectModel(User.name) model: Model<User>,
    isolation: TenantIsolation,
    private readonly transactions: TransactionRunner,
    private readonly changes: AccountChangeStore,
  ) {
    super(model, isolation);
  }

  /** `email` in lower case. */
  findByEmail(email: string): Promise<User | null> {
    return this.findOne({ filter: { email } });
  }

  override updateOne(...args: Parameters<TenantAwareRepository<User>['updateOne']>): Promise<User | null> {
    return this.recorded(() => super.updateOne(...args));
  }

  override delete(...args: Parameters<TenantAwareRepository<User>['delete']>): Promise<User | null> {
    return this.recorded(() => super.delete(...args));
  }

  override restore(...args: Parameters<TenantAwareRepository<User>['restore']>): Promise<User | null> {
    return this.recorded(() => super.restore(...args));
  }

  /** @throws Error always: who is changed has to be on record, one by one. */
  override updateMany(): Promise<never> {
    return Promise.reject(new Error('users are changed one by one'));
  }

  /** @throws Error always, like `updateMany`. */
  override bulkWrite(): Promise<never> {
    return Promise.reject(new Error('users are changed one by one'));
  }

  /** All processes keep what they know of people: that it has changed is stored with the change, or neither is. */
  private recorded(change: () => Promise<User | null>): Promise<User | null> {
    return this.transactions.run(async () => {
      const user = await change();
      if (user !== null) await this.changes.record(user);
      return user;
    });
  }
}
