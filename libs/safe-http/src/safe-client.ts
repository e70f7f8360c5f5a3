import type { lookup } from 'node:dns';
import { decodeBody } from './charset.ts';
import type { AllowList } from './dialled-address.ts';
import { SafeHttpFailure } from './failure.ts';
import { HostQueue } from './host-queue.ts';
import { callOnce, checkAddress, isRedirect, type RawAnswer, type Receive } from './one-call.ts';
import { MAX_ROBOTS_BYTES, Robots } from './robots.ts';

export interface SafeClientOptions {
  /** Private networks and names that may be reached all the same. */
  allow: AllowList;
  /** Product token that robots.txt knows us by; sent as user agent. */
  userAgent: string;
  /** For one answer, its body included; waiting for the host's turn is not counted, each redirect counts anew. */
  timeoutMs: number;
  /** Largest body, both as it comes and decompressed. */
  maxBytes: number;
  /** Between two calls to one host. */
  minDelayMs: number;
  maxRedirects?: number;
  resolve?: typeof lookup;
}

export interface SafeRequest {
  headers?: Record<string, string>;
  maxBytes?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface SafeAnswer {
  status: number;
  headers: Headers;
  /** Decompressed and decoded by the page's charset. */
  body: string;
  /** After redirects. */
  url: URL;
}

const MAX_REDIRECTS = 5;

/**
 * Fetches addresses that people gave us. Every hop is checked at the address that is dialled, against robots.txt, and
 * waits for its host's turn; sizes and times are bounded. Conditional requests are headers of the caller: a 304 comes
 * back as it is. Throws SafeHttpFailure.
 */
export class SafeClient {
  private readonly options: SafeClientOptions;
  private readonly hosts: HostQueue;
  private readonly robots: Robots;

  constructor(options: SafeClientOptions) {
    this.options = options;
    this.hosts = new HostQueue(options.minDelayMs);
    this.robots = new Robots(options.userAgent);
  }

  async get(address: URL, request: SafeRequest = {}): Promise<SafeAnswer> {
    const { url, answer } = await this.follow(address, request, true);
    return {
      status: answer.status,
      headers: answer.headers,
      body: decodeBody(answer.bytes, answer.headers.get('content-type')),
      url,
    };
  }

  /**
   * Fetches a file of any size: the body of an answer 200 is handed to `receive` piece by piece, decompressed, not
   * decoded, and read only as fast as it takes. What `receive` throws comes back as a `connection` failure, or as it is
   * when it is a SafeHttpFailure. Of other answers only the status and headers are told.
   */
  async download(address: URL, request: SafeRequest, receive: Receive): Promise<Omit<SafeAnswer, 'body'>> {
    const { url, answer } = await this.follow(address, request, true, receive);
    return { status: answer.status, headers: answer.headers, url };
  }

  private async follow(
    address: URL,
    request: SafeRequest,
    isPage: boolean,
    receive?: Receive,
  ): Promise<{ url: URL; answer: RawAnswer }> {
    const maxRedirects = this.options.maxRedirects ?? MAX_REDIRECTS;
    let url = new URL(address.href);
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      url.hash = '';
      checkAddress(url, this.options.allow);
      if (isPage) await this.robots.check(url, (robotsUrl) => this.fetchRobots(robotsUrl, request.signal));
      // headers of the caller are for the address it gave: a cookie or a condition means nothing elsewhere
      const headers = url.origin === address.origin ? request.headers : {};
      const answer = await this.call(url, { ...request, headers }, receive);
      const target = answer.headers.get('location');
      if (!isRedirect(answer.status)) return { url, answer };
      if (target === null || !URL.canParse(target, url.href)) {
        throw new SafeHttpFailure(
          'redirect',
          `${url.host} redirects to no address (status ${answer.status})`,
        );
      }
      url = new URL(target, url.href);
    }
    throw new SafeHttpFailure(
      'redirect',
      `${address.host} redirects more than ${maxRedirects} times: give the last address itself`,
    );
  }

  private async fetchRobots(
    url: URL,
    signal: AbortSignal | undefined,
  ): Promise<{ status: number; body: string }> {
    const { answer } = await this.follow(url, { maxBytes: MAX_ROBOTS_BYTES, signal }, false);
    return { status: answer.status, body: answer.bytes.toString('utf8') };
  }

  private async call(url: URL, request: SafeRequest, receive: Receive | undefined): Promise<RawAnswer> {
    const { allow, userAgent, timeoutMs, maxBytes, resolve } = this.options;
    const given = request.signal ?? new AbortController().signal;
    const delayMs = (): number => this.robots.delayMs(url);
    return this.hosts.run(url.host, given, delayMs, async () => {
      const deadline = new AbortController();
      const late = new SafeHttpFailure(
        'timeout',
        `${url.host} did not send its whole answer within ${timeoutMs} ms`,
      );
      const timer = setTimeout(() => deadline.abort(late), timeoutMs);
      try {
        return await callOnce(url, {
          allow,
          headers: { 'user-agent': userAgent, ...request.headers },
          maxBytes: Math.min(request.maxBytes ?? maxBytes, maxBytes),
          signal: AbortSignal.any([given, deadline.signal]),
          receive,
          resolve,
        });
      } finally {
        clearTimeout(timer);
      }
    });
  }
}
