import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import {
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
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

@ApiTags('auth')
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
    summary: 'Log in with e-mail and password',
    description: 'Name the tenant by X-Tenant-ID or host. Without one, only super-admins are looked for.',
  })
  @ApiOkResponse({ type: TokenPair })
  @ApiUnauthorizedResponse({ description: 'Wrong e-mail or wrong password: the answer is the same' })
  login(@Body() credentials: LoginDto, @Req() request: FastifyRequest): Promise<TokenPair> {
    return this.logins.login(credentials, request.id);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public('none')
  @NoStore()
  @ApiOperation({
    summary: 'Exchange a refresh token for the next pair',
    description: 'It works once. Used a second time it ends the whole session.',
  })
  @ApiOkResponse({ type: TokenPair })
  @ApiUnauthorizedResponse({ description: 'Unknown, used before, expired, or of an ended session' })
  refresh(@Body() { refreshToken }: RefreshTokenDto, @Req() request: FastifyRequest): Promise<TokenPair> {
    return this.refreshes.refresh(refreshToken, request);
  }

  @Post('logout')
  @HttpCode(204)
  @Public('none')
  @ApiOperation({ summary: 'End the session of a refresh token' })
  @ApiNoContentResponse({ description: 'Also when it was over already' })
  @ApiUnauthorizedResponse({ description: 'Not a refresh token' })
  logout(@Body() { refreshToken }: RefreshTokenDto): Promise<void> {
    return this.sessions.end(refreshToken);
  }
}
