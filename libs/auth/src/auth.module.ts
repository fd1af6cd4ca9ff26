import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { MongooseModule } from '@nestjs/mongoose';
import { CONFIG, type Config } from '@financeops/core/config';
import { AccountChange, AccountChangeSchema } from './accounts/account-change.schema';
import { AccountChangeStore } from './accounts/account-change.store';
import { UserRecordStore } from './accounts/user-record.store';
import { UserChangeWatch } from './accounts/user-change-watch';
import { UserCache } from './accounts/user-cache';
import { ApiKeyIndexRepository } from './api-keys/api-key-index.repository';
import { ApiKeyIndexEntry, ApiKeyIndexSchema } from './api-keys/api-key-index.schema';
import { ApiKeyRepository } from './api-keys/api-key.repository';
import { ApiKey, ApiKeySchema } from './api-keys/api-key.schema';
import { ApiKeyService } from './api-keys/api-key.service';
import { ApiKeyUse } from './api-keys/api-key-use';
import { ApiKeyVerifier } from './api-keys/api-key.verifier';
import { JwtAndApiKeyVerifier } from './jwt-and-api-key.verifier';
import { PasswordHasher } from './passwords/password-hasher';
import { RefreshFamilyRepository } from './sessions/refresh-family.repository';
import { RefreshFamily, RefreshFamilySchema } from './sessions/refresh-family.schema';
import { SessionService } from './sessions/session.service';
import { SuperAdminRepository } from './super-admins/super-admin.repository';
import { SuperAdmin, SuperAdminSchema } from './super-admins/super-admin.schema';
import { SuperAdminService } from './super-admins/super-admin.service';
import { TenantScope } from './tenant-scope';
import { AccessTokenIssuer } from './tokens/access-token.issuer';
import { accessTokenOptions } from './tokens/access-token.options';
import { JwtStrategy } from './tokens/jwt.strategy';
import { SigningKeys } from './tokens/signing-keys';
import { UserRepository } from './users/user.repository';
import { User, UserSchema } from './users/user.schema';
import { UserService } from './users/user.service';

const signingKeys = (config: Config): SigningKeys =>
  new SigningKeys({ current: config.JWT_SECRET, previous: config.JWT_PREVIOUS_SECRETS });

/**
 * People, keys and tokens: all that the tenant middleware and the seed need. The routes are AuthHttpModule's, which
 * stand on the middleware in turn.
 */
@Module({
  imports: [
    JwtModule.registerAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => accessTokenOptions(signingKeys(config)),
    }),
    MongooseModule.forFeature([
      { name: AccountChange.name, schema: AccountChangeSchema },
      { name: User.name, schema: UserSchema },
      { name: SuperAdmin.name, schema: SuperAdminSchema },
      { name: ApiKey.name, schema: ApiKeySchema },
      { name: ApiKeyIndexEntry.name, schema: ApiKeyIndexSchema },
      { name: RefreshFamily.name, schema: RefreshFamilySchema },
    ]),
  ],
  providers: [
    { provide: SigningKeys, inject: [CONFIG], useFactory: signingKeys },
    AccessTokenIssuer,
    AccountChangeStore,
    UserRecordStore,
    UserChangeWatch,
    ApiKeyIndexRepository,
    ApiKeyRepository,
    ApiKeyService,
    ApiKeyUse,
    ApiKeyVerifier,
    JwtAndApiKeyVerifier,
    JwtStrategy,
    UserCache,
    PasswordHasher,
    RefreshFamilyRepository,
    SessionService,
    SuperAdminRepository,
    SuperAdminService,
    TenantScope,
    UserRepository,
    UserService,
  ],
  exports: [
    UserRecordStore,
    ApiKeyService,
    JwtAndApiKeyVerifier,
    UserCache,
    PasswordHasher,
    SessionService,
    SuperAdminService,
    UserRepository,
    UserService,
  ],
})
export class AuthModule {}
