import { type FailureKind, SafeClient, SafeHttpFailure } from '@souk/safe-http';
import { Inject, Injectable } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { RefusedBySource, type SourceAnswer, type SourceRequest } from './adapter.ts';
import { CallFailed, type CallLimits, maxBytesOf, MOST_BYTES } from './call-source.ts';

/** They say nothing of other pages: no breaker opens for them. */
const OF_THE_PAGE: ReadonlySet<FailureKind> = new Set([
  'address',
  'robots',
  'redirect',
  'too-large',
  'encoding',
]);

/** Addresses that people gave: dialled where they are public, as robots.txt allows, one call to a host at a time. */
@Injectable()
export class PageCaller {
  private readonly client: SafeClient;

  constructor(@Inject(INGESTION_CONFIG) config: IngestionConfig) {
    this.client = new SafeClient({
      allow: config.SOUK_PAGE_ALLOW,
      userAgent: 'souk',
      timeoutMs: config.SOUK_SOURCE_TIMEOUT_MS,
      maxBytes: MOST_BYTES,
      minDelayMs: config.SOUK_PAGE_DELAY_MS,
    });
  }

  /** Throws CallFailed, and RefusedBySource where it is this page that cannot be read, though all else is well. */
  async call(request: SourceRequest, { signal, now }: CallLimits): Promise<SourceAnswer> {
    if (request.method !== 'GET')
      throw new RefusedBySource('invalid', 'an address that somebody gave is only read');
    try {
      const headers = request.headers ?? {};
      const answer = await this.client.get(request.url, { headers, maxBytes: maxBytesOf(request), signal });
      return { ...answer, fetchedAt: now() };
    } catch (error) {
      if (!(error instanceof SafeHttpFailure)) throw error;
      if (OF_THE_PAGE.has(error.kind)) throw new RefusedBySource('invalid', error.message);
      throw new CallFailed(error.message);
    }
  }
}
