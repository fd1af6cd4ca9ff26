import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '@financeops/core/http';
import { LoginService } from '../login/login.service';
import { RefreshService } from '../sessions/refresh.service';
import { SessionService } from '../sessions/session.service';
import { TokenPair } from '../sessions/token-pair';
import { LoginDto } from './dto/login.dto';
import { RefreshTokenDto } from './dto/refresh-token.dto';

/** RFC 6749, 5.1: what carries tokens isn't kept by caches. */
const NoStore = () => Header('Cache-Control', 'no-store');

@ApiTags('Authentication')
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly logins: LoginService,
    private readonly refreshes: RefreshService,
    private readonly sessions: SessionService,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public('optional')
  @NoStore()
  @ApiOperation({
    operationId: 'login',
    summary: 'Log in',
    description:
      'The tenant is the one of `X-Tenant-ID` or of the host; without a tenant, only super-admins can log in. A wrong e-mail and a wrong password get the same reply.',
  })
  @ApiOkResponse({ type: TokenPair })
  login(@Body() credentials: LoginDto, @Req() request: FastifyRequest): Promise<TokenPair> {
    return this.logins.login(credentials, request.id);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public('none')
  @NoStore()
  @ApiOperation({
    operationId: 'refreshToken',
    summary: 'Refresh tokens',
    description: 'Returns a new pair of tokens. A refresh token works once; using it again ends the session.',
  })
  @ApiOkResponse({ type: TokenPair })
  refresh(@Body() { refreshToken }: RefreshTokenDto, @Req() request: FastifyRequest): Promise<TokenPair> {
    return this.refreshes.refresh(refreshToken, request);
  }

  @Post('logout')
  @HttpCode(204)
  @Public('none')
  @ApiOperation({
    operationId: 'logout',
    summary: 'Log out',
    description: 'Ends the session of the refresh token.',
  })
  @ApiNoContentResponse({ description: 'The session has ended, now or before' })
  logout(@Body() { refreshToken }: RefreshTokenDto): Promise<void> {
    return this.sessions.end(refreshToken);
  }
}
