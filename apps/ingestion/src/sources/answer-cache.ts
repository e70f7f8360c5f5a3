import { LRUCache } from 'lru-cache';
import type { SourceAnswer, SourceRequest } from './adapter.ts';

/** 20 million characters of pages; each at most two. */
const MAX_CHARACTERS = 20_000_000;
const MAX_PAGE_CHARACTERS = 2_000_000;

interface Kept {
  body: string;
  headers: Headers;
  etag: string | null;
  lastModified: string | null;
}

/**
 * Pages that may be asked for again as "only if it changed" (RFC 9110, section 13.1). An answer 304 becomes the
 * page it stands for, fetched now. What is not kept any more is asked for without a condition.
 */
export class AnswerCache {
  private readonly pages = new LRUCache<string, Kept>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_PAGE_CHARACTERS,
    sizeCalculation: ({ body }) => body.length + 1_000,
  });

  conditional(request: SourceRequest): SourceRequest {
    const kept = this.keptFor(request);
    if (!kept) return request;
    const headers = {
      ...request.headers,
      ...(kept.etag !== null && { 'if-none-match': kept.etag }),
      ...(kept.lastModified !== null && { 'if-modified-since': kept.lastModified }),
    };
    return { ...request, headers };
  }

  resolve(request: SourceRequest, answer: SourceAnswer): SourceAnswer {
    const kept = this.keptFor(request);
    if (answer.status === 304 && kept)
      return { ...answer, status: 200, body: kept.body, headers: kept.headers };
    if (answer.status !== 200 || !isCacheable(request)) return answer;
    const { body, headers } = answer;
    const [etag, lastModified] = [headers.get('etag'), headers.get('last-modified')];
    if (etag !== null || lastModified !== null)
      this.pages.set(request.url.href, { body, headers, etag, lastModified });
    else this.pages.delete(request.url.href);
    return answer;
  }

  private keptFor(request: SourceRequest): Kept | undefined {
    return isCacheable(request) ? this.pages.get(request.url.href) : undefined;
  }
}

const isCacheable = ({ conditional, method }: SourceRequest): boolean =>
  conditional === true && method === 'GET';
