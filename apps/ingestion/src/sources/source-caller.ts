import { Bus } from '@souk/bus';
import { AcquirePermits, type Priority, Refusal, ReportOutcome, type RequestOf } from '@souk/contracts';
import { Clock } from '@souk/service';
import { Inject, Injectable } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import {
  type AccountNews,
  RefusedBySource,
  type SourceAnswer,
  type SourceRequest,
  UnexpectedAnswer,
} from './adapter.ts';
import { AnswerCache } from './answer-cache.ts';
import { CallFailed, callSource } from './call-source.ts';
import { HostHealth } from './host-health.ts';
import { PageCaller } from './page-caller.ts';
import type { Source } from './source-registry.ts';
import { type FreshToken, TokenCache, tokenKey } from './token-cache.ts';
import { Upstreams } from './upstreams/upstreams.ts';

/** Quota declined the call; nothing is said of the source. */
export class PermitDeclined extends Error {
  override name = 'PermitDeclined';

  constructor(
    readonly reason: string,
    readonly retryAfterMs: number,
  ) {
    super(
      reason === 'unknown-upstream'
        ? 'quota knows no such upstream and could not be told of it: look at its log, or add it to SOUK_QUOTA_UPSTREAMS'
        : `no permit: ${reason}`,
    );
  }
}

/** The permit came when nothing was left to ask for. */
export class PermitUnused extends Error {
  override name = 'PermitUnused';
}

/** The host is left alone for a while: it failed several times, or asked for it. */
class HostPaused extends RefusedBySource {
  constructor(host: string, retryAfterMs: number) {
    super('unavailable', `${host} is left alone for ${Math.ceil(retryAfterMs / 1_000)} s more`, retryAfterMs);
  }
}

export interface SourceCall<T> {
  /** What is called, known before the request is made. */
  operation: string;
  priority: Priority;
  /** Permits that the call takes; 1 unless given. */
  cost?: number | undefined;
  /** How long to wait for a permit. */
  permitWaitMs: number;
  signal: AbortSignal;
  /** Asked once the permit is there; where it is wanted no more, the call is not made and PermitUnused is thrown. */
  isWanted?(): boolean;
  /** Made once the permit is there, so that a batch may fill up to then; again with another token after a 401. */
  request(auth: string | undefined): SourceRequest;
  read(answer: SourceAnswer): T;
  /** Makes the call otherwise than usual: a file that goes to the disk. Failures are CallFailed or RefusedBySource. */
  dial?(request: SourceRequest): Promise<SourceAnswer>;
}

const ASK_DEADLINE_MS = 5_000;
const PERMIT_TRIES = 3;
const MAX_TOKEN_CHARACTERS = 16_384;
const MAX_TOKEN_LIFE_MS = 31 * 86_400_000;

/** Makes calls to sources happen: token, permit, call, reading, report. The only place that dials them. */
@Injectable()
export class SourceCaller {
  private readonly tokens: TokenCache;
  private readonly answers = new AnswerCache();
  private readonly hosts: HostHealth;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly pages: PageCaller,
    private readonly upstreams: Upstreams,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {
    this.tokens = new TokenCache(() => clock.now().getTime());
    this.hosts = new HostHealth(() => clock.now().getTime());
  }

  /**
   * Throws PermitDeclined, CallFailed, RefusedBySource or UnexpectedAnswer, and Refusal when quota cannot be asked.
   * A token that the source declines is renewed once; each of the two calls has its own permit.
   */
  async call<T extends object>(source: Source, call: SourceCall<T>): Promise<{ value: T; fetchedAt: Date }> {
    const auth = await this.token(source, call.signal);
    try {
      return await this.permitted(source, call, auth);
    } catch (error) {
      if (!(error instanceof RefusedBySource) || error.kind !== 'unauthorized' || auth === undefined)
        throw error;
      this.tokens.drop(auth);
      return await this.permitted(source, call, await this.token(source, call.signal));
    }
  }

  private async permitted<T extends object>(
    source: Source,
    call: SourceCall<T>,
    auth: string | undefined,
  ): Promise<{ value: T; fetchedAt: Date }> {
    await this.permit(source, call);
    if (call.isWanted?.() === false) throw new PermitUnused();
    const request = call.request(auth);
    try {
      const answer = await (call.dial?.(request) ?? this.dial(request, call.signal));
      const value = call.read(answer);
      if (request.userSupplied) this.hosts.succeeded(request.url.host);
      const { pauseMs }: AccountNews = value;
      const reported = this.report(source, call.operation, {
        outcome: 'succeeded',
        ...(pauseMs !== undefined && { pauseMs: Math.round(pauseMs) }),
      });
      // Before the next call asks: it would get its permit.
      if (pauseMs !== undefined) await reported;
      return { value, fetchedAt: answer.fetchedAt };
    } catch (error) {
      if (!call.signal.aborted) void this.report(source, call.operation, this.accountOutcome(request, error));
      throw error;
    }
  }

  /** What the call tells of the account; a page that somebody gave tells of its host alone. */
  private accountOutcome(request: SourceRequest, error: unknown): Outcome {
    const outcome = outcomeOf(error);
    if (!request.userSupplied) return outcome;
    if (outcome.outcome === 'succeeded') this.hosts.succeeded(request.url.host);
    else if (!(error instanceof HostPaused)) this.hosts.failed(request.url.host, outcome.retryAfterMs);
    return { outcome: 'succeeded' };
  }

  /** Returns when the call may be made. A permit that came too late to be used is asked for again. */
  private async permit(
    { upstream }: Source,
    { operation, priority, permitWaitMs, cost = 1 }: SourceCall<unknown>,
  ): Promise<void> {
    let isTold = false;
    for (let turn = 1; ; turn += 1) {
      const askedAt = performance.now();
      const answer = await this.bus.ask(
        AcquirePermits,
        { upstream, priority, permits: cost, waitMs: permitWaitMs, operation },
        { deadlineMs: permitWaitMs + ASK_DEADLINE_MS },
      );
      if (!answer.granted && answer.reason === 'unknown-upstream' && !isTold) {
        // Both may have started this very moment, or quota has lost its memory.
        isTold = await this.upstreams.register().then(
          () => true,
          () => false,
        );
        if (isTold) continue;
      }
      if (!answer.granted) throw new PermitDeclined(answer.reason, answer.retryAfterMs);
      const onTheWayMs = performance.now() - askedAt - answer.waitedMs;
      if (answer.useWithinMs === undefined || onTheWayMs <= answer.useWithinMs) return;
      if (turn === PERMIT_TRIES) throw new PermitDeclined('permits arrive too late to be used', 1_000);
    }
  }

  private async dial(request: SourceRequest, signal: AbortSignal): Promise<SourceAnswer> {
    const limits = { timeoutMs: this.config.SOUK_SOURCE_TIMEOUT_MS, signal, now: () => this.clock.now() };
    const pausedForMs = request.userSupplied ? this.hosts.pausedForMs(request.url.host) : 0;
    if (pausedForMs > 0) throw new HostPaused(request.url.host, pausedForMs);
    const asked = this.answers.conditional(request);
    const answer = request.userSupplied
      ? await this.pages.call(asked, limits)
      : await callSource(asked, limits);
    return this.answers.resolve(request, answer);
  }

  /** A report that does not arrive costs quota one outcome; what the source asked for, its callers obey anyway. */
  private report({ upstream }: Source, operation: string, outcome: Outcome): Promise<unknown> {
    return this.bus
      .ask(ReportOutcome, { upstream, operation, ...outcome }, { deadlineMs: ASK_DEADLINE_MS })
      .catch(() => undefined);
  }

  private async token(source: Source, signal: AbortSignal): Promise<string | undefined> {
    const wanted = source.adapter.authorize?.(source.config);
    if (!wanted) return undefined;
    return this.tokens.get(tokenKey(wanted.request), async () => {
      try {
        return checked(wanted.read(await this.dial(wanted.request, signal)));
      } catch (error) {
        throw ofTokenEndpoint(error);
      }
    });
  }
}

type Outcome = Pick<RequestOf<typeof ReportOutcome>, 'outcome' | 'retryAfterMs' | 'pauseMs'>;

/** A source that answers that there is no such thing is in good health. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof RefusedBySource)) return { outcome: 'failed' };
  if (error.kind === 'invalid') return { outcome: 'succeeded' };
  if (error.kind !== 'throttled') return { outcome: 'failed' };
  return {
    outcome: 'throttled',
    ...(error.retryAfterMs !== undefined && { retryAfterMs: Math.round(error.retryAfterMs) }),
  };
}

function checked(token: FreshToken): FreshToken {
  const { accessToken, expiresInMs } = token;
  const isToken =
    accessToken.length > 0 && accessToken.length <= MAX_TOKEN_CHARACTERS && !/[^\x21-\x7e]/.test(accessToken);
  if (!isToken || !(expiresInMs > 0 && expiresInMs <= MAX_TOKEN_LIFE_MS))
    throw new UnexpectedAnswer('it answered no usable token');
  return token;
}

/** Whoever reads the source's state must see which of its two ends is in trouble. */
function ofTokenEndpoint(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = `the token endpoint: ${error.message}`;
  // Not "unauthorized": another token would be declined as this one was, and the endpoint hammered.
  if (error instanceof RefusedBySource)
    return new RefusedBySource(
      error.kind === 'unauthorized' ? 'forbidden' : error.kind,
      message,
      error.retryAfterMs,
    );
  if (error instanceof UnexpectedAnswer) return new UnexpectedAnswer(message);
  return error instanceof CallFailed ? new CallFailed(message) : error;
}

/** Failures of the call or of quota that a caller may tell of; everything else is a fault of ours. */
export const isExpectedFailure = (error: unknown): error is Error =>
  [PermitDeclined, PermitUnused, CallFailed, RefusedBySource, UnexpectedAnswer, Refusal].some(
    (kind) => error instanceof kind,
  );
