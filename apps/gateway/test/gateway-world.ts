import {
  FindKey,
  generateApiKey,
  hashApiKey,
  newId,
  OPERATOR_ACCOUNT_ID,
  Refusal,
  type ResponseOf,
  type Scope,
} from '@souk/contracts';
import { startWorld, type World } from '@souk/testing';
import { GatewayConfig, GatewayModule } from '../src/index.ts';
import { migrations } from '../src/migrations/index.ts';

type FoundKey = NonNullable<ResponseOf<typeof FindKey>['key']>;

export interface KeyRing {
  /** Makes a key; `*` of an account of its own unless said otherwise. */
  make(options?: { scopes?: Scope[]; accountId?: string; unmetered?: boolean }): FoundKey & { text: string };
  revoke(text: string): void;
  /** How often billing was asked. */
  readonly lookups: number;
  /** While true, billing refuses to answer. */
  isAway: boolean;
  /** Billing answers nothing before this. */
  gate: Promise<void>;
}

export const operator = { accountId: OPERATOR_ACCOUNT_ID };

/** The gateway with everything else stood in; keys are answered from memory. */
export async function startGateway(
  env: Record<string, string> = {},
): Promise<{ world: World; keys: KeyRing }> {
  const world = await startWorld({
    services: {
      gateway: {
        module: (config: GatewayConfig) => GatewayModule.register(config),
        config: GatewayConfig,
        migrations,
        env: { SOUK_PORT: '0', ...env },
        http: (config: GatewayConfig) => ({ host: config.SOUK_HOST, port: config.SOUK_PORT }),
      },
    },
  });
  const found = new Map<string, FoundKey>();
  const ring: KeyRing & { lookups: number } = {
    lookups: 0,
    isAway: false,
    gate: Promise.resolve(),
    make: ({ scopes = ['*'] as Scope[], accountId = newId(), unmetered = true } = {}) => {
      const text = generateApiKey();
      const key: FoundKey = { keyId: newId(), accountId, scopes, unmetered };
      found.set(hashApiKey(text), key);
      return { ...key, text };
    },
    revoke: (text) => void found.delete(hashApiKey(text)),
  };
  world.answer(FindKey, async ({ sha256 }) => {
    ring.lookups += 1;
    await ring.gate;
    if (ring.isAway) throw new Refusal('unavailable', 'billing is away');
    return { key: found.get(sha256) ?? null };
  });
  await world.nats.flush();
  return { world, keys: ring };
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Answers are looked into freely.
  json: Record<string, never> & { [name: string]: unknown };
}

export interface Call {
  method?: string;
  key?: string;
  body?: unknown;
  raw?: RequestInit['body'];
  headers?: Record<string, string>;
}

/** Calls the gateway as any client would. */
export async function call(base: string, path: string, options: Call = {}): Promise<Answer> {
  const hasBody = options.body !== undefined || options.raw !== undefined;
  const response = await fetch(new URL(path, base), {
    method: options.method ?? (hasBody ? 'POST' : 'GET'),
    headers: {
      ...(options.key && { authorization: `Bearer ${options.key}` }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.raw !== undefined && { body: options.raw, duplex: 'half' }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: (isJson && text !== '' ? JSON.parse(text) : {}) as Answer['json'],
  };
}
