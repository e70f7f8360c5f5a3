import { z } from 'zod';
import { RefusedBySource, type SourceAnswer, type TokenRequest, UnexpectedAnswer } from '../adapter.ts';
import { expectSuccess } from '../expect-success.ts';
import type { AmazonConfig, CredentialVersion } from './amazon.config.ts';

/** Cognito for credentials of version 2, Login with Amazon for version 3. */
const tokenUrls: Readonly<Record<CredentialVersion, string>> = {
  '2.1': 'https://creatorsapi.auth.us-east-1.amazoncognito.com/oauth2/token',
  '2.2': 'https://creatorsapi.auth.eu-south-2.amazoncognito.com/oauth2/token',
  '2.3': 'https://creatorsapi.auth.us-west-2.amazoncognito.com/oauth2/token',
  '3.1': 'https://api.amazon.com/auth/o2/token',
  '3.2': 'https://api.amazon.co.uk/auth/o2/token',
  '3.3': 'https://api.amazon.co.jp/auth/o2/token',
};
const DEFAULT_LIFE_SECONDS = 3_600;

const Token = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().default(DEFAULT_LIFE_SECONDS),
});
const TokenError = z.object({ error: z.string(), error_description: z.string().optional() });

/** Client credentials grant: a form for version 2, JSON for version 3. */
export function amazonToken(config: AmazonConfig): TokenRequest {
  const isForm = config.credentialVersion.startsWith('2.');
  const url = new URL(config.tokenUrl ?? tokenUrls[config.credentialVersion]);
  const fields = {
    grant_type: 'client_credentials',
    client_id: config.clientId,
    client_secret: config.clientSecret,
    scope: isForm ? 'creatorsapi/default' : 'creatorsapi::default',
  };
  return {
    request: {
      operation: 'token',
      method: 'POST',
      url,
      headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
      body: isForm ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
    },
    read: readToken,
  };
}

/** How a call proves who it is from; version 2 is told along. */
export const authorization = ({ credentialVersion }: AmazonConfig, token: string): string =>
  credentialVersion.startsWith('2.') ? `Bearer ${token}, Version ${credentialVersion}` : `Bearer ${token}`;

function readToken(answer: SourceAnswer): { accessToken: string; expiresInMs: number } {
  const body = json(answer.body);
  const refusal = TokenError.safeParse(body);
  if (refusal.success && answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
    const { error, error_description: description } = refusal.data;
    throw new RefusedBySource(
      'unauthorized',
      `Amazon gives no token (${error}${description ? `: ${description.slice(0, 200)}` : ''}): check client id, secret and credential version`,
    );
  }
  expectSuccess(answer);
  const token = Token.safeParse(body);
  if (!token.success) throw new UnexpectedAnswer('the token address answered something that is no token');
  return { accessToken: token.data.access_token, expiresInMs: token.data.expires_in * 1_000 };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
