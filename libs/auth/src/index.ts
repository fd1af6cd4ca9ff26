export { AuthHttpModule } from './auth-http.module';
export { AuthModule } from './auth.module';
export { ApiKeyService, type NewApiKey } from './api-keys/api-key.service';
export { AccessGuard } from './guards/access.guard';
export { AuthenticationGuard } from './guards/authentication.guard';
export { JwtAndApiKeyVerifier } from './jwt-and-api-key.verifier';
export { SuperAdminService, type NewSuperAdmin } from './super-admins/super-admin.service';
export { UserRepository } from './users/user.repository';
export { UserService, type NewUser } from './users/user.service';
