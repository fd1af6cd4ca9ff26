import type { JwtModuleOptions } from '@nestjs/jwt';
import type { SigningKeys } from './signing-keys';

/** Seconds that an access token lives. */
export const ACCESS_TOKEN_LIFETIME = 900;

/** How JwtService signs: HS256 with the current secret, named in the header's `kid`. */
export const accessTokenOptions = ({ current }: SigningKeys): JwtModuleOptions => ({
  secret: current.key,
  signOptions: { algorithm: 'HS256', keyid: current.kid, expiresIn: ACCESS_TOKEN_LIFETIME },
});
