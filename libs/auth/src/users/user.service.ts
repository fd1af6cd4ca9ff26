import { Injectable } from '@nestjs/common';
import type { TenantRole } from '@financeops/tenancy/context';
import { PasswordHasher } from '../passwords/password-hasher';
import { canonicalEmail, emailTaken } from './email.rules';
import { UserRepository } from './user.repository';
import type { User } from './user.schema';

export interface NewUser {
  email: string;
  password: string;
  role: TenantRole;
  name?: string | null;
}

/** The people of the tenant in context. */
@Injectable()
export class UserService {
  constructor(
    private readonly users: UserRepository,
    private readonly passwords: PasswordHasher,
  ) {}

  /** @throws DomainError `conflict` for an e-mail that the tenant has a user with, in whatever case. */
  async create({ email, password, role, name = null }: NewUser): Promise<User> {
    const passwordHash = await this.passwords.hash(password);
    try {
      return await this.users.create({
        email: canonicalEmail(email),
        name,
        role,
        passwordHash,
        tokensValidFrom: 0,
      });
    } catch (error) {
      throw emailTaken(error);
    }
  }
}
