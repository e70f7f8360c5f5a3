import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWebhookReceiver } from '@souk/sandbox';
import { until } from '@souk/testing';
import { type AlertShape, type Client, clientOf } from './client.ts';
import { pathTo, startOtlpReceiver } from './otlp-receiver.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('one trace from a price to a message, through seven processes', () => {
  let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
  let webhook: Awaited<ReturnType<typeof startWebhookReceiver>>;
  let dir: string;
  let souk: ChildProcess;
  let client: Client;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    webhook = await startWebhookReceiver({});
    dir = mkdtempSync(join(tmpdir(), 'souk-trace-'));
    chmodSync(dir, 0o755);
    const data = join(dir, 'data');
    souk = spawn(process.execPath, [join(ROOT, 'tools/start/bootstrap.mjs')], {
      stdio: 'ignore',
      env: {
        ...process.env,
        SOUK_DATA_DIR: data,
        SOUK_WEBHOOK_ALLOW: '127.0.0.1/32',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        // Nothing is exported by chance: what arrives was kept because it mattered.
        OTEL_TRACES_SAMPLER_ARG: '0',
      },
    });
    const file = join(data, 'run.json');
    await until(() => existsSync(file), { withinMs: 200_000, what: 'a product that is ready' });
    const { url, apiKey } = JSON.parse(readFileSync(file, 'utf8')) as { url: string; apiKey: string };
    client = clientOf(url, apiKey);
  }, 240_000);

  afterAll(async () => {
    if (souk?.exitCode === null) {
      souk.kill('SIGTERM');
      await once(souk, 'exit');
    }
    await webhook?.close();
    await receiver?.close();
    if (dir) rmSync(dir, { recursive: true, force: true });
  });

  const alertOf = (fits: (alert: AlertShape) => boolean): Promise<AlertShape> =>
    until(async () => ((await client.get('/v1/alerts?limit=200')).body.items as AlertShape[]).find(fits), {
      withinMs: 60_000,
      what: 'an alert',
    });
  /** The way to a span of the alert's trace, once it has arrived with all its parents. */
  const wayTo = (alert: AlertShape, name: string, steps: number): Promise<string[]> =>
    until(
      () => {
        const spans = receiver.spans.filter((span) => span.traceId === alert.traceId);
        const last = spans.find((span) => span.name === name);
        const way = last && pathTo(spans, last);
        return way?.length === steps && way;
      },
      { what: `the whole trace ${alert.traceId}` },
    );

  it('spans the request, ingestion, enrichment, scoring, alerting and the delivery of a posted price', async () => {
    const channel = await client.post('/v1/channels', { type: 'webhook', url: webhook.url });
    expect(channel.status).toBe(201);
    const watch = await client.post('/v1/watches', {
      product: { source: 'shop', product: 'traced' },
      when: { dropPercent: 10 },
      channels: [channel.body.id],
    });
    expect(watch.status).toBe(201);
    const at = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString();
    const line = { source: 'shop', product: 'traced', currency: 'EUR' };
    await client.observe([{ ...line, price: '10.00', observedAt: at(1) }]);
    const posted = await client.observe([{ ...line, price: '5.00', observedAt: at(2) }]);
    expect(posted.body).toMatchObject({ accepted: 1 });
    const alert = await alertOf(({ product }) => product.product === 'traced');
    expect(posted.headers.get('traceparent')).toContain(alert.traceId);
    expect(await wayTo(alert, 'deliver alert', 6)).toEqual([
      'souk-gateway: POST /v1/observations',
      'souk-ingestion: answer ingestion.accept-observations',
      'souk-enrichment: process ingestion.observations-collected.v1',
      'souk-scoring: process enrichment.offers-accepted.v1',
      'souk-alerting: process scoring.deals-scored.v1',
      'souk-alerting: deliver alert',
    ]);
    await until(() => webhook.requests.items.length > 0);
  });

  it('spans a poll of the sandbox shop up to its alert', async () => {
    const alert = await alertOf(({ product }) => product.source === 'sandbox');
    expect(await wayTo(alert, 'process scoring.deals-scored.v1', 4)).toEqual([
      'souk-ingestion: poll sandbox',
      'souk-enrichment: process ingestion.observations-collected.v1',
      'souk-scoring: process enrichment.offers-accepted.v1',
      'souk-alerting: process scoring.deals-scored.v1',
    ]);
  });

  it('exports no trace in which nothing happened', async () => {
    // Each process exports its part of a trace by itself.
    const empty = (): string[] =>
      [...Map.groupBy(receiver.spans, ({ traceId }) => traceId).values()]
        .map((spans) => spans.map(({ name }) => name).join())
        .filter((names) => !/deals-scored|quarantin|observations-collected/.test(names));
    await until(() => empty().length === 0, { what: 'something that happened in every trace' });
  });
});
