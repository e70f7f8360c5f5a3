import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import { Api } from './api.ts';
import { meterCpu } from './cpu-meter.ts';
import { closedLoop, openLoop, type Target } from './http-load.ts';
import { SOURCE } from './measure-pipeline.ts';
import type { MeasuredProduct } from './product.ts';
import { makeProducts } from './workload.ts';

const CONNECTIONS = 32;
const RATE_PER_SECOND = 1_000;
const CREDITS = 1_000_000_000;

export interface ReadRound {
  /** Of the process that answers. */
  cpuMicrosPerRead: number;
  /** Of all processes that take part, in microseconds per read. */
  cpuBy: Record<string, number>;
  p50Ms: number;
  p99Ms: number;
  othersShare: number;
}

/** One product read by a key that pays, and the same answer from node:http that does nothing else. */
export class ReadMeasurement {
  readonly #product: MeasuredProduct;
  #gateway: Target | undefined;
  #bare: { process: ChildProcess; target: Target } | undefined;

  constructor(product: MeasuredProduct) {
    this.#product = product;
  }

  async prepare(): Promise<void> {
    const operator = new Api(this.#product.url, this.#product.apiKey);
    const made = await operator.post<{ key: { key: string } }>('/v1/accounts', {
      name: 'reader',
      credits: CREDITS,
    });
    await operator.close();
    const [name] = makeProducts(SOURCE, 1)[0]!;
    const path = `/v1/products/${productIdOf(OPERATOR_ACCOUNT_ID, SOURCE, name!)}`;
    const headers = { authorization: `Bearer ${made.key.key}` };
    this.#gateway = { url: this.#product.url, path: () => path, headers };
    const answer = await (await fetch(new URL(path, this.#product.url), { headers })).text();
    const child = fork(fileURLToPath(new URL('bare-server.ts', import.meta.url)), [answer]);
    const [port] = (await once(child, 'message')) as [number];
    this.#bare = { process: child, target: { url: `http://127.0.0.1:${port}`, path: () => path, headers } };
  }

  gateway(reads: number, seconds: number): Promise<ReadRound> {
    return this.#round(this.#gateway!, this.#product.pids, reads, seconds);
  }

  bare(reads: number, seconds: number): Promise<ReadRound> {
    return this.#round(this.#bare!.target, { gateway: this.#bare!.process.pid! }, reads, seconds);
  }

  close(): void {
    this.#bare?.process.disconnect();
  }

  async #round(
    target: Target,
    pids: Record<string, number>,
    reads: number,
    seconds: number,
  ): Promise<ReadRound> {
    const use = meterCpu(pids);
    await closedLoop(target, reads, CONNECTIONS);
    const { byName, othersShare } = use();
    const cpuBy = Object.fromEntries(
      Object.entries(byName).map(([name, seconds]) => [name, (seconds * 1e6) / reads]),
    );
    const latency = await openLoop(target, RATE_PER_SECOND, seconds);
    return { cpuMicrosPerRead: cpuBy.gateway ?? Number.NaN, cpuBy, ...latency, othersShare };
  }
}
