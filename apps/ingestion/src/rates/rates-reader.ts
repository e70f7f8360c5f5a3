import { Clock, Database, RepeatedWork } from '@souk/service';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { type DayRate, readRates } from './ecb.ts';
import { claimRatesFile, releaseRatesFile, storeRates } from './rates.store.ts';

const LOOK_MS = 60_000;
const RETRY_MS = 600_000;
const FETCH_DEADLINE_MS = 60_000;
const MAX_BYTES = 20_000_000;
const ROWS_PER_TRANSACTION = 20_000;

/** Reads the files with exchange rates when it is their turn; one process reads a file for all. */
@Injectable()
export class RatesReader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('exchange rates');
  private readonly reading = new RepeatedWork(
    LOOK_MS,
    (stop) => this.readDue(stop),
    (error) => this.logger.warn({ error: String(error) }, 'cannot look for exchange rates'),
  );

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.SOUK_EXCHANGE_RATES.length > 0) this.reading.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.reading.stop();
  }

  private async readDue(stop: AbortSignal): Promise<void> {
    const hours = this.config.SOUK_EXCHANGE_RATES_HOURS;
    for (const place of this.config.SOUK_EXCHANGE_RATES) {
      const isOurs = await this.database.transaction([], (tx) =>
        claimRatesFile(tx, place, this.clock.now(), hours),
      );
      if (isOurs) await this.readAndStore(place, hours, stop);
    }
  }

  private async readAndStore(place: string, hours: number, stop: AbortSignal): Promise<void> {
    try {
      const rates = readRates(await bytesOf(place, stop));
      this.logger.log({ place, rates: rates.length, changed: await this.store(rates) }, 'read');
    } catch (error) {
      const reason = error instanceof Error ? (error.cause ?? error) : error;
      this.logger.warn({ place, error: String(reason) }, 'not read; it is tried again in ten minutes');
      const readAgainFrom = new Date(this.clock.now().getTime() + RETRY_MS - hours * 3_600_000);
      await this.database.transaction([], (tx) => releaseRatesFile(tx, place, readAgainFrom));
    }
  }

  private async store(rates: readonly DayRate[]): Promise<number> {
    let changed = 0;
    for (let start = 0; start < rates.length; start += ROWS_PER_TRANSACTION) {
      const slice = rates.slice(start, start + ROWS_PER_TRANSACTION);
      changed += await this.database.transaction([], (tx) => storeRates(tx, slice));
    }
    return changed;
  }
}

/** The file at an address or a path that the operator named. */
async function bytesOf(place: string, stop: AbortSignal): Promise<Uint8Array> {
  if (!/^https?:\/\//.test(place)) return readFile(place);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(FETCH_DEADLINE_MS)]);
  const response = await fetch(place, { signal, headers: { 'user-agent': 'souk' } });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
