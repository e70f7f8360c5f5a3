import { SafeClient, SafeHttpFailure } from '@souk/safe-http';
import { Clock } from '@souk/service';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { INGESTION_CONFIG, type IngestionConfig } from '../../config.ts';
import { type FeedPlace, RefusedBySource, type SourceAnswer, type SourceRequest } from '../adapter.ts';
import { CallFailed } from '../call-source.ts';
import { expectSuccess } from '../expect-success.ts';
import { SourceCaller } from '../source-caller.ts';
import type { Source } from '../source-registry.ts';

/** A feed on this machine's disk, to be read from its beginning. */
export interface FeedFile {
  bytes: AsyncIterable<Uint8Array>;
  fetchedAt: Date;
  baseUrl: string | undefined;
}

interface Kept {
  path: string;
  url: URL;
  etag: string | null;
  lastModified: string | null;
}

const PERMIT_WAIT_MS = 2_000;
const BEAT_MS = 10_000;

/**
 * Brings feeds to the disk, so that neither their size nor a slow reader matters, and asks again only for what changed
 * (RFC 9110, section 13.1): an answer 304 is the file that is still there. One file is kept for each source, until the
 * process ends.
 */
@Injectable()
export class FeedFiles implements OnApplicationShutdown {
  private readonly client: SafeClient;
  private readonly kept = new Map<string, Kept>();
  private folder: Promise<string> | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly caller: SourceCaller,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {
    this.client = new SafeClient({
      allow: config.SOUK_PAGE_ALLOW,
      userAgent: 'souk',
      timeoutMs: config.SOUK_FEED_TIMEOUT_MS,
      maxBytes: config.SOUK_FEED_MAX_BYTES,
      minDelayMs: config.SOUK_PAGE_DELAY_MS,
    });
  }

  /** `beat` is called now and then while the file comes. Failures are those of SourceCaller. */
  async open(
    source: Source,
    place: FeedPlace,
    signal: AbortSignal,
    beat: () => Promise<void>,
  ): Promise<FeedFile> {
    if ('path' in place)
      return { bytes: await this.local(place.path), fetchedAt: this.clock.now(), baseUrl: undefined };
    const { url, headers } = place;
    const { fetchedAt } = await this.caller.call(source, {
      operation: 'feed',
      priority: 'watch',
      permitWaitMs: PERMIT_WAIT_MS,
      signal,
      request: () => ({ operation: 'feed', method: 'GET', url, headers, userSupplied: true }),
      dial: (request) => this.download(source.name, request, signal, beat),
      read: (answer) => {
        expectSuccess(answer);
        return {};
      },
    });
    const file = this.kept.get(source.name)!;
    return { bytes: createReadStream(file.path), fetchedAt, baseUrl: file.url.href };
  }

  /** The beginning of a file that somebody only wants to look at; nothing is kept. Throws SafeHttpFailure. */
  async head(url: URL, maxBytes: number): Promise<{ status: number; bytes: Buffer }> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const { status } = await this.client.download(url, {}, async (body) => {
      for await (const chunk of body) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= maxBytes) return;
      }
    });
    return { status, bytes: Buffer.concat(chunks) };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.folder) await rm(await this.folder, { recursive: true, force: true });
  }

  private async local(path: string): Promise<AsyncIterable<Uint8Array>> {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new CallFailed(`the file ${path} cannot be read: ${error.code ?? 'unknown error'}`);
    });
    if (!found.isFile()) throw new CallFailed(`${path} is no file`);
    return createReadStream(path);
  }

  private async download(
    name: string,
    request: SourceRequest,
    signal: AbortSignal,
    beat: () => Promise<void>,
  ): Promise<SourceAnswer> {
    const before = this.kept.get(name);
    const path = join(await this.place(), randomUUID());
    const headers = { ...request.headers, ...conditionsOf(before) };
    try {
      const answer = await this.client.download(request.url, { headers, signal }, (body) =>
        pipeline(Readable.from(withBeat(body, beat)), createWriteStream(path)),
      );
      const fetchedAt = this.clock.now();
      if (answer.status === 304 && before) return { ...answer, status: 200, body: '', fetchedAt };
      if (answer.status === 200) {
        const { url, headers: received } = answer;
        this.kept.set(name, {
          path,
          url,
          etag: received.get('etag'),
          lastModified: received.get('last-modified'),
        });
        if (before) await rm(before.path, { force: true });
      }
      return { ...answer, body: '', fetchedAt };
    } catch (error) {
      await rm(path, { force: true });
      if (!(error instanceof SafeHttpFailure)) throw error;
      if (error.kind === 'address' || error.kind === 'robots')
        throw new RefusedBySource('invalid', error.message);
      throw new CallFailed(error.message);
    }
  }

  private place(): Promise<string> {
    this.folder ??= mkdtemp(join(tmpdir(), 'souk-feeds-'));
    return this.folder;
  }
}

const conditionsOf = (kept: Kept | undefined): Record<string, string> => ({
  ...(typeof kept?.etag === 'string' && { 'if-none-match': kept.etag }),
  ...(typeof kept?.lastModified === 'string' && { 'if-modified-since': kept.lastModified }),
});

async function* withBeat(body: AsyncIterable<Buffer>, beat: () => Promise<void>): AsyncGenerator<Buffer> {
  let beatenAt = performance.now();
  for await (const chunk of body) {
    yield chunk;
    if (performance.now() - beatenAt < BEAT_MS) continue;
    await beat();
    beatenAt = performance.now();
  }
}
