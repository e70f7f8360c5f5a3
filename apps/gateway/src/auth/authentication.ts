import { Injectable } from '@nestjs/common';
import { context } from '@opentelemetry/api';
import { hashApiKey, isWellFormedApiKey, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import type { OperationSpec } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import type { CallerInfo, CallerKey } from '../http/request.ts';
import { FailedAttempts } from './failed-attempts.ts';
import { KeyRing } from './key-ring.ts';

/** Look-ups at the same time for addresses that failed too often. */
const MAX_SUSPECT_LOOKUPS = 16;
const SUSPECT_RETRY_MS = 1_000;

/**
 * Who asks, and whether they may. Failures are limited by address; the limit holds up what fails, never a key
 * that is right: a right key is looked up even from an address that failed too often, only such look-ups share
 * a small number of places.
 */
@Injectable()
export class Authentication {
  private readonly failures = new FailedAttempts();
  private suspectLookups = 0;

  constructor(private readonly keys: KeyRing) {}

  /** Sets the caller; throws a Problem 401, 403 or 429. Answers at once when the key is in the cache. */
  authenticate(request: FastifyRequest, operation: OperationSpec): void | Promise<void> {
    const apiKey = bearerOf(request.headers.authorization);
    if (apiKey === undefined) throw unauthenticated();
    const sha256 = hashApiKey(apiKey);
    const admit = (key: CallerKey | null): void => {
      if (!key) throw this.failed(request.ip);
      const { keyId, accountId, scopes, unmetered } = key;
      const caller = { keyId, accountId, scopes, unmetered, sha256, apiKey };
      mustHaveScope(caller, operation.scope);
      request.caller = caller;
    };
    const known = this.keys.known(sha256);
    if (known !== undefined) return admit(known);
    // What cannot be a key is asked of nobody.
    if (!isWellFormedApiKey(apiKey)) throw this.failed(request.ip);
    return context.with(request.spanContext!, () => this.find(sha256, request.ip)).then(admit);
  }

  private find(sha256: string, address: string): Promise<CallerKey | null> {
    if (this.failures.waitMs(address, performance.now()) === 0) return this.keys.find(sha256);
    if (this.suspectLookups >= MAX_SUSPECT_LOOKUPS) throw tooMany(SUSPECT_RETRY_MS);
    this.suspectLookups += 1;
    return this.keys.find(sha256).finally(() => {
      this.suspectLookups -= 1;
    });
  }

  private failed(address: string): Problem {
    const nowMs = performance.now();
    const waitMs = this.failures.waitMs(address, nowMs);
    if (waitMs > 0) return tooMany(waitMs);
    this.failures.note(address, nowMs);
    return unauthenticated();
  }
}

function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : (/^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '');
}

/** `*` is everything within the account; what the operator does takes the operator's account as well. */
export function hasScope(
  caller: Pick<CallerKey, 'accountId' | 'scopes'>,
  scope: OperationSpec['scope'],
): boolean {
  if (scope === null) return true;
  if (scope === 'operator' && caller.accountId !== OPERATOR_ACCOUNT_ID) return false;
  return caller.scopes.includes('*') || caller.scopes.includes(scope);
}

function mustHaveScope(caller: CallerInfo, scope: OperationSpec['scope']): void {
  if (hasScope(caller, scope)) return;
  const where = scope === 'operator' ? " of the operator's account" : '';
  throw new Problem('missing-scope', `This takes a key${where} with the scope "${scope}".`, {
    members: { missingScope: scope },
  });
}

/** The same words whatever was wrong: nothing to learn for who guesses. */
const unauthenticated = (): Problem =>
  new Problem('unauthenticated', 'Send a valid API key: `Authorization: Bearer souk_…`.', {
    headers: { 'www-authenticate': 'Bearer realm="souk"' },
  });

const tooMany = (retryAfterMs: number): Problem =>
  new Problem('too-many', 'Too many requests from this address carried no valid API key.', { retryAfterMs });
