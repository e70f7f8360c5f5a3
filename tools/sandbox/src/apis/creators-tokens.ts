import type { ApiAnswer } from './world.ts';

/** Tokens of both kinds of credentials; they tell whose they are and until when, and can all be ended at once. */
export class CreatorsTokens {
  #issued = 0;
  #endedUpTo = 0;
  readonly #lifeSeconds: number;
  readonly #now: () => number;

  constructor(lifeSeconds: number, now: () => number) {
    this.#lifeSeconds = lifeSeconds;
    this.#now = now;
  }

  /** Every token that was issued so far is expired from now on. */
  endAll(): void {
    this.#endedUpTo = this.#issued;
  }

  /** The token endpoint: a form for credentials of version 2, JSON for version 3. The secret `wrong` is wrong. */
  answer(version: 2 | 3, fields: Readonly<Record<string, unknown>>): ApiAnswer {
    const scope = version === 2 ? 'creatorsapi/default' : 'creatorsapi::default';
    const { grant_type: grant, client_id: client, client_secret: secret } = fields;
    if (grant !== 'client_credentials') return { status: 400, body: { error: 'unsupported_grant_type' } };
    if (fields.scope !== scope) return { status: 400, body: { error: 'invalid_scope' } };
    if (!isText(client) || !isText(secret) || secret === 'wrong')
      return {
        status: 400,
        body: { error: 'invalid_client', error_description: 'Client authentication failed' },
      };
    this.#issued += 1;
    const claims = {
      client,
      version,
      number: this.#issued,
      expiresAt: this.#now() + this.#lifeSeconds * 1_000,
    };
    const token = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return {
      status: 200,
      body: { access_token: token, token_type: 'bearer', expires_in: this.#lifeSeconds },
    };
  }

  /** Whose token the header carries; or why it lets nobody in. */
  check(header: string | undefined): { client: string } | { reason: 'TokenExpired' | 'InvalidToken' } {
    const [, token, version] = /^Bearer ([\w-]+)(?:, Version (2\.[123]))?$/.exec(header ?? '') ?? [];
    const claims = token === undefined ? undefined : claimsIn(token);
    if (!claims || (claims.version === 2) !== (version !== undefined)) return { reason: 'InvalidToken' };
    const isOver = claims.number <= this.#endedUpTo || claims.expiresAt <= this.#now();
    return isOver ? { reason: 'TokenExpired' } : { client: claims.client };
  }
}

interface Claims {
  client: string;
  version: 2 | 3;
  number: number;
  expiresAt: number;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function claimsIn(token: string): Claims | undefined {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as Claims;
  } catch {
    return undefined;
  }
}
