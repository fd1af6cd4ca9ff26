import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { TenantAwareRepository, TenantIsolation } from '@financeops/data-access/isolation';
import { User } from './user.schema';

/** What can be changed of a user. */
export type UserFields = Partial<Pick<User, 'name' | 'role' | 'passwordHash' | 'tokensValidFrom'>>;

@Injectable()
export class UserRepository extends TenantAwareRepository<User> {
  constructor(@InjectModel(User.name) model: Model<User>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  /** `email` in lower case. */
  findByEmail(email: string): Promise<User | null> {
    return this.findOne({ filter: { email } });
  }
}
