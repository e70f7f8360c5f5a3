import { marketplaceIn } from '@souk/amazon';
import type { SourcePolicy } from '@souk/contracts';
import { ConfigError } from '@souk/service';
import { Inject, Injectable } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig, secretOf } from '../config.ts';
import type { SourceAdapter } from './adapter.ts';
import { ADAPTERS } from './adapters.ts';
import { isAmazonAdapter, policyOf } from './source-policy.ts';
import { readSourceSettings, type SourceEntry, withSecrets } from './source-settings.ts';

/** A source with all that is needed to call it. */
export interface Source {
  name: string;
  adapter: SourceAdapter;
  /** The adapter's settings with the secrets in them: not to be logged or stored. */
  config: unknown;
  upstream: string;
  order: number;
  policy: SourcePolicy;
  entry: SourceEntry;
  /** Country of the Amazon marketplace whose products it has, by their ASINs. */
  marketplace: string | undefined;
}

/** The sources of this process's settings. Wrong settings stop the service before it begins. */
@Injectable()
export class SourceRegistry {
  private readonly sources: ReadonlyMap<string, Source>;

  constructor(@Inject(INGESTION_CONFIG) config: IngestionConfig) {
    const entries = [...sandboxEntry(config), ...readSourceSettings(config.SOUK_SOURCES)];
    const problems: string[] = [];
    const sources = entries.flatMap((entry, index) => sourceOf(entry, index, config, problems) ?? []);
    if (problems.length > 0) {
      throw new ConfigError(problems.map((problem) => ({ variable: 'SOUK_SOURCES', problem })));
    }
    this.sources = new Map(sources.map((source) => [source.name, source]));
  }

  get(name: string): Source | undefined {
    return this.sources.get(name);
  }

  all(): Source[] {
    return [...this.sources.values()];
  }
}

function sourceOf(
  entry: SourceEntry,
  index: number,
  settings: IngestionConfig,
  problems: string[],
): Source | undefined {
  const adapter = ADAPTERS[entry.adapter];
  if (!adapter) {
    problems.push(
      `${entry.source}: there is no adapter ${entry.adapter}, only ${Object.keys(ADAPTERS).join(', ')}`,
    );
    return undefined;
  }
  const missing: string[] = [];
  const config = adapter.config.safeParse(withSecrets(entry.config, secretOf, missing));
  if (missing.length > 0) problems.push(`${entry.source}: set ${missing.join(', ')}`);
  else if (!config.success) {
    const fields = config.error.issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`);
    problems.push(`${entry.source}: config: ${fields.join('; ')}`);
  }
  if (!config.success) return undefined;
  const amazon = {
    isAmazon: isAmazonAdapter(adapter.version),
    isApproved: settings.SOUK_AMAZON_PRICE_TRACKING_APPROVED,
  };
  return {
    name: entry.source,
    adapter,
    config: config.data,
    upstream: entry.upstream ?? entry.source,
    order: entry.order ?? index,
    policy: policyOf(adapter.policy(config.data), entry.policy, amazon),
    entry,
    marketplace: countryIn(config.data),
  };
}

/** Adapters of marketplaces have theirs in their settings, whatever the source is called. */
function countryIn(config: unknown): string | undefined {
  const marketplace = (config as { marketplace?: unknown } | null)?.marketplace;
  return typeof marketplace === 'string' ? marketplaceIn(marketplace)?.country : undefined;
}

function sandboxEntry(config: IngestionConfig): SourceEntry[] {
  if (config.SOUK_SANDBOX_URL === undefined) return [];
  return [
    {
      source: 'sandbox',
      adapter: 'sandbox',
      config: { baseUrl: config.SOUK_SANDBOX_URL },
      intervalMs: config.SOUK_SANDBOX_INTERVAL_MS,
      canaryIntervalMs: 600_000,
      canaries: [],
      minimumShare: 0.5,
    },
  ];
}
