const SAMPLE = /^(souk_quota_(?:redis_calls|permits_granted)_total)\{([^}]*)\} (\d+)/gm;

/** Questions to Redis and permits of one upstream. */
export interface PermitCost {
  redisCalls: number;
  permits: number;
}

/** Counters of replicas that die and come back, so each process' last known figures are summed up. */
export class Counters {
  private readonly seen = new Map<number, Map<string, PermitCost>>();

  /** Reads the metrics of the process that runs now; one that does not answer is left as it was. */
  async read(pid: number, metricsUrl: string): Promise<void> {
    const text = await fetch(metricsUrl, { signal: AbortSignal.timeout(2_000) })
      .then((response) => response.text())
      .catch(() => undefined);
    if (text !== undefined) this.seen.set(pid, readCosts(text));
  }

  of(upstream: string): PermitCost {
    const all = [...this.seen.values()].flatMap((costs) => costs.get(upstream) ?? []);
    return {
      redisCalls: all.reduce((sum, { redisCalls }) => sum + redisCalls, 0),
      permits: all.reduce((sum, { permits }) => sum + permits, 0),
    };
  }
}

function readCosts(text: string): Map<string, PermitCost> {
  const costs = new Map<string, PermitCost>();
  for (const [, name, labels, value] of text.matchAll(SAMPLE)) {
    const upstream = /upstream="([^"]*)"/.exec(labels!)?.[1] ?? '';
    const cost = costs.get(upstream) ?? { redisCalls: 0, permits: 0 };
    costs.set(upstream, cost);
    cost[name!.includes('redis') ? 'redisCalls' : 'permits'] += Number(value);
  }
  return costs;
}
