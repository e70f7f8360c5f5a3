import { join } from 'node:path';
import type { Options } from './options.ts';
import type { Product } from './product.ts';

const SANDBOX_PRODUCT = '{"source":"sandbox","product":"sbx-001"}';
/** As in the README: its prices are posted. */
const OWN_PRODUCT = '{"source":"my-shop","product":"coffee"}';

/** What a person sees when everything is ready: address, key, and three things to try. */
export function summaryOf(
  { url, apiKey }: Product,
  { sandbox, dataDir }: Pick<Options, 'sandbox' | 'dataDir'>,
): string {
  const key = `-H 'Authorization: Bearer ${apiKey}'`;
  const lines = [
    '',
    `  Souk is ready:  ${url}${sandbox ? '   (live page of the sandbox shop)' : ''}`,
    `  API key:        ${apiKey}`,
    `  API reference:  ${url}/docs`,
    '',
    '  Try next:',
    `  curl -s ${key} '${url}/v1/alerts?limit=5'`,
    `  curl -N ${key} '${url}/v1/alerts/stream'`,
    `  curl -s ${key} -H 'Content-Type: application/json' '${url}/v1/watches' \\`,
    `    -d '{"product":${sandbox ? SANDBOX_PRODUCT : OWN_PRODUCT},"when":{"dropPercent":30},"channels":["inbox"]}'`,
    '',
    `  Ctrl-C stops everything; the data stays. Logs: ${join(dataDir, 'logs')}`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}
