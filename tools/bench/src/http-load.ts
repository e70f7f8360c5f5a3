import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { quantile } from './statistics.ts';

export interface Latencies {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

export interface Target {
  url: string;
  /** The next address. */
  path: () => string;
  headers: Record<string, string>;
}

async function get(pool: Pool, { path: next, headers }: Target): Promise<void> {
  const path = next();
  const response = await pool.request({ path, method: 'GET', headers });
  const text = await response.body.text();
  if (response.statusCode !== 200)
    throw new Error(`GET ${path} answered ${response.statusCode}: ${text.slice(0, 300)}`);
}

/** So many requests over so many connections, as fast as they are answered. */
export async function closedLoop(target: Target, requests: number, connections: number): Promise<void> {
  const pool = new Pool(target.url, { connections });
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await get(pool, target);
  };
  try {
    await Promise.all(Array.from({ length: connections }, worker));
  } finally {
    await pool.destroy();
  }
}

/** At a rate, whether they are answered or not; milliseconds from when each was due. */
export async function openLoop(target: Target, ratePerSecond: number, seconds: number): Promise<Latencies> {
  const pool = new Pool(target.url, { connections: 64 });
  const latencies: number[] = [];
  const one = async (due: number): Promise<void> => {
    await get(pool, target);
    latencies.push(performance.now() - due);
  };
  const all: Promise<void>[] = [];
  const start = performance.now();
  const total = ratePerSecond * seconds;
  try {
    while (all.length < total) {
      const due = Math.min(total, Math.floor(((performance.now() - start) * ratePerSecond) / 1_000));
      while (all.length < due) all.push(one(start + (all.length * 1_000) / ratePerSecond));
      await delay(1);
    }
    await Promise.all(all);
  } finally {
    await Promise.allSettled(all);
    await pool.destroy();
  }
  return {
    p50Ms: quantile(latencies, 0.5),
    p95Ms: quantile(latencies, 0.95),
    p99Ms: quantile(latencies, 0.99),
  };
}
