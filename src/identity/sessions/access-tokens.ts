import { errors, jwtVerify, SignJWT } from 'jose';
import type { App } from '../../kernel/context.js';
import { UnauthenticatedError } from '../../kernel/errors.js';
import { isUuid } from '../../lib/ids.js';
import { currentSigningKey, publicKey, SIGNING_ALGORITHM } from './signing-keys.js';
import { say } from '../../messages/catalogue.js';

export const ACCESS_TOKEN_SECONDS = 600;
const ISSUER = 'techpool';
const TYPE = 'at+jwt';

export interface AccessClaims {
  accountId: string;
  sessionId: string;
}

/** Signs an access token for a session; it is valid for ten minutes. */
export async function signAccessToken(app: App, claims: AccessClaims): Promise<{ token: string; expiresAt: Date }> {
  const key = await currentSigningKey(app);
  const now = Math.floor(app.clock().getTime() / 1000);
  const token = await new SignJWT({ sid: claims.sessionId })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: key.kid, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(claims.accountId)
    .setIssuedAt(now)
    .setExpirationTime(now + ACCESS_TOKEN_SECONDS)
    .sign(key.privateKey);
  return { token, expiresAt: new Date((now + ACCESS_TOKEN_SECONDS) * 1000) };
}

/**
 * Makes the error for a credential that is invalid or revoked. Its text is the same for both, so that it does not
 * reveal which. Expired credentials have errors of their own (TOKEN_EXPIRED).
 */
export function invalidToken(): UnauthenticatedError {
  return new UnauthenticatedError(say('TOKEN_INVALID.revoked'), 'TOKEN_INVALID');
}

/**
 * Verifies signature, times and form of an access token. It does not check whether the session is still open; the
 * caller must do so.
 */
export async function verifyAccessToken(app: App, token: string): Promise<AccessClaims> {
  try {
    const { payload } = await jwtVerify(
      token,
      async (header) => {
        const key = header.kid === undefined ? undefined : await publicKey(app, header.kid);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        issuer: ISSUER,
        audience: ISSUER,
        typ: TYPE,
        algorithms: [SIGNING_ALGORITHM],
        currentDate: app.clock(),
        requiredClaims: ['sub', 'sid', 'exp'],
      },
    );
    const { sub, sid } = payload;
    if (sub === undefined || typeof sid !== 'string' || !isUuid(sub) || !isUuid(sid)) throw invalidToken();
    return { accountId: sub, sessionId: sid };
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new UnauthenticatedError(say('TOKEN_EXPIRED.access'), 'TOKEN_EXPIRED');
    }
    if (error instanceof errors.JOSEError) throw invalidToken();
    throw error;
  }
}
