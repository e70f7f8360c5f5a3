import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Example {
  name: string;
  /** The page in each notation that the example is given in. */
  pages: Map<'microdata' | 'rdfa' | 'json-ld', string>;
}

const heading = /^(TYPES|PRE-MARKUP|MICRODATA|RDFA|JSON):(.*)$/gmu;
const sells = /\b(?:Product|Offer|AggregateOffer|ProductGroup)\b/u;

/** The examples of schema.org about things that are sold, from its files of `TYPES:`, `MICRODATA:` … sections. */
export function schemaOrgExamples(folder: string): Example[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .flatMap((file) => examplesOf(readFileSync(join(folder, file), 'utf8')))
    .filter(({ pages }) => sells.test([...pages.values()].join(' ')));
}

function examplesOf(text: string): Example[] {
  const examples: Example[] = [];
  const parts = [...text.matchAll(heading)];
  for (const [index, part] of parts.entries()) {
    const [, section, rest = ''] = part;
    if (section === 'TYPES') examples.push({ name: rest.trim().split(/\s/u)[0]!, pages: new Map() });
    const content = text.slice(part.index + part[0].length, parts[index + 1]?.index ?? text.length).trim();
    const pages = examples.at(-1)?.pages;
    if (section === 'MICRODATA' && content.includes('itemscope')) pages?.set('microdata', content);
    if (section === 'RDFA' && /typeof/iu.test(content)) pages?.set('rdfa', content);
    if (section === 'JSON' && content.includes('@type')) pages?.set('json-ld', asPage(content));
  }
  return examples;
}

function asPage(json: string): string {
  return json.includes('<script') ? json : `<script type="application/ld+json">${json}</script>`;
}
