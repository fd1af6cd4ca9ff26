import { Module } from '@nestjs/common';
import { AuditModule } from '@financeops/audit';
import { AuthModule } from './auth.module';
import { AuthController } from './http/auth.controller';
import { MeController } from './http/me.controller';
import { LoginAudit } from './login/login-audit';
import { LoginService } from './login/login.service';
import { RefreshService } from './sessions/refresh.service';

/** The routes: /v1/auth/login, refresh, logout, and /v1/me. */
@Module({
  imports: [AuditModule, AuthModule],
  controllers: [AuthController, MeController],
  providers: [LoginAudit, LoginService, RefreshService],
})
export class AuthHttpModule {}
