import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { register } from 'prom-client';

export interface HealthReport {
  ready: boolean;
  checks: Record<string, { ok: boolean; detail?: string }>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** What a service depends on, and whether it can be used right now. */
export class Health {
  private readonly checks = new Map<string, () => Promise<void> | void>();

  /** A check throws when the dependency cannot be used; its message is shown to operators. */
  register(name: string, check: () => Promise<void> | void): void {
    this.checks.set(name, check);
  }

  async report(): Promise<HealthReport> {
    const entries = await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(
            () => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)),
            CHECK_TIMEOUT_MS,
          );
        });
        try {
          await Promise.race([Promise.resolve().then(check), late]);
          return [name, { ok: true }] as const;
        } catch (error) {
          return [
            name,
            { ok: false, detail: error instanceof Error ? error.message : String(error) },
          ] as const;
        } finally {
          clearTimeout(timer);
        }
      }),
    );
    return { ready: entries.every(([, check]) => check.ok), checks: Object.fromEntries(entries) };
  }
}

/** Serves /healthz (the process lives), /readyz (each dependency's state) and /metrics (Prometheus text). */
export async function serveHealth(
  health: Health,
  address: { host: string; port: number },
): Promise<{ port: number; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    void answer(health, request.url ?? '/').then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(health: Health, path: string): Promise<{ status: number; type: string; body: string }> {
  const json = 'application/json';
  if (path === '/healthz') return { status: 200, type: json, body: '{"alive":true}' };
  if (path === '/readyz') {
    const report = await health.report();
    return { status: report.ready ? 200 : 503, type: json, body: JSON.stringify(report) };
  }
  if (path === '/metrics') return { status: 200, type: register.contentType, body: await register.metrics() };
  return { status: 404, type: json, body: '{"detail":"try /healthz, /readyz or /metrics"}' };
}
