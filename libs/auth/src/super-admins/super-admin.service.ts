import { Injectable } from '@nestjs/common';
import { canonicalEmail, emailTaken } from '../users/email.rules';
import { PasswordHasher } from '../passwords/password-hasher';
import { SuperAdminRepository } from './super-admin.repository';

export interface NewSuperAdmin {
  email: string;
  password: string;
  name?: string | null;
}

/** Makes super-admins. No route does: the seed and the operator's command line call this. */
@Injectable()
export class SuperAdminService {
  constructor(
    private readonly superAdmins: SuperAdminRepository,
    private readonly passwords: PasswordHasher,
  ) {}

  /** Returns the new id. @throws DomainError `conflict` for a taken e-mail. */
  async create({ email, password, name = null }: NewSuperAdmin): Promise<string> {
    const passwordHash = await this.passwords.hash(password);
    try {
      const created = await this.superAdmins.insert({ email: canonicalEmail(email), name, passwordHash });
      return created._id.toString();
    } catch (error) {
      throw emailTaken(error);
    }
  }
}
