import { LRUCache } from 'lru-cache';
import robotsModule from 'robots-parser';
import { SafeHttpFailure } from './failure.ts';

/** RFC 9309, section 2.4: no longer than a day; 2.5: at least 500 KiB are read. */
const LIFETIME_MS = 24 * 3_600_000;
export const MAX_ROBOTS_BYTES = 500 * 1_024;
/** A host whose robots.txt fails is asked again soon: "for now" is not a day. */
const FAILURE_LIFETIME_MS = 5 * 60_000;
const MAX_HOSTS = 2_000;

/** Its declarations describe an ES module, and what is shipped is CommonJS. */
const robotsParser = robotsModule as unknown as typeof robotsModule.default;

/** What a host allows. */
interface Rules {
  isAllowed(url: URL): boolean;
  delayMs: number;
  /** Why nothing is allowed for now. */
  problem?: string;
}

/** Fetches a robots.txt; rejects when there is no answer. */
export type FetchRobots = (url: URL) => Promise<{ status: number; body: string }>;

/**
 * What each host's robots.txt says to us (RFC 9309). None there (4xx): everything is allowed. One that cannot be had
 * (5xx, no answer): nothing is, for now.
 */
export class Robots {
  private readonly rules = new LRUCache<string, Rules>({ max: MAX_HOSTS, ttl: LIFETIME_MS });
  private readonly userAgent: string;

  constructor(userAgent: string) {
    this.userAgent = userAgent;
  }

  /** Throws SafeHttpFailure `robots` when the address may not be fetched. */
  async check(url: URL, fetchRobots: FetchRobots): Promise<void> {
    const rules = this.rules.get(url.origin) ?? (await this.load(url.origin, fetchRobots));
    if (rules.problem !== undefined) {
      throw new SafeHttpFailure(
        'robots',
        `${url.origin}/robots.txt cannot be read for now (${rules.problem}): tried again in some minutes`,
      );
    }
    if (!rules.isAllowed(url)) {
      throw new SafeHttpFailure(
        'robots',
        `${url.origin}/robots.txt does not allow ${this.userAgent} to read ${url.pathname}: ask the shop, or use another source`,
      );
    }
  }

  /** Milliseconds that the host wants between two calls. */
  delayMs(url: URL): number {
    return this.rules.get(url.origin)?.delayMs ?? 0;
  }

  private async load(origin: string, fetchRobots: FetchRobots): Promise<Rules> {
    const rules = await this.read(new URL('/robots.txt', origin), fetchRobots);
    this.rules.set(origin, rules, { ttl: rules.problem === undefined ? LIFETIME_MS : FAILURE_LIFETIME_MS });
    return rules;
  }

  private async read(address: URL, fetchRobots: FetchRobots): Promise<Rules> {
    const unavailable = (problem: string): Rules => ({ isAllowed: () => false, delayMs: 0, problem });
    try {
      const { status, body } = await fetchRobots(address);
      if (status >= 500 || status === 429) return unavailable(`it answered ${status}`);
      if (status < 200 || status >= 300) return { isAllowed: () => true, delayMs: 0 };
      const parsed = robotsParser(address.href, body.slice(0, MAX_ROBOTS_BYTES));
      return {
        isAllowed: (url) => parsed.isAllowed(url.href, this.userAgent) !== false,
        delayMs: (parsed.getCrawlDelay(this.userAgent) ?? 0) * 1_000,
      };
    } catch (error) {
      // an address that may not be dialled stays so for the page itself, where it is said better
      if (error instanceof SafeHttpFailure && ['address', 'aborted', 'busy'].includes(error.kind))
        throw error;
      return unavailable(error instanceof Error ? error.message : String(error));
    }
  }
}
