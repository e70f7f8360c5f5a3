/**
 * docs/events.md, made from the contracts: `node --conditions=source tools/scripts/events-doc.mjs`.
 * With `--check` it writes nothing and fails when the file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EVENTS, QUERIES, RELATIONS, SERVICE_NAMES } from '@souk/contracts';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '../..');
const file = join(root, 'docs', 'events.md');

/** Services whose relation of this kind holds the contract. */
const readers = (kind, contract) => SERVICE_NAMES.filter((name) => RELATIONS[name][kind].includes(contract));
const orNobody = (names) => names.join(', ') || 'nobody yet';
const heardBy = (event) => {
  const [heard, followed] = [readers('listens', event), readers('follows', event)];
  return [
    heard.length > 0 ? `, heard by ${heard.join(', ')}` : '',
    followed.length > 0 ? `, followed by ${followed.join(', ')}` : '',
  ].join('');
};
const anchor = (name) => name.replaceAll('.', '');

/** One word or two for the type of a field: `integer`, `new | used`, `list of at most 100`. */
function typeOf(schema) {
  const either = schema.anyOf ?? schema.oneOf;
  if (schema.enum) return schema.enum.join(' \\| ');
  if ('const' in schema) return String(schema.const);
  if (either) return [...new Set(either.map(typeOf))].join(' or ');
  if (schema.type === 'array') {
    const inside = schema.items?.properties ? 'objects' : typeOf(schema.items ?? {});
    const bound = schema.maxItems === undefined ? '' : `, at most ${schema.maxItems}`;
    return `list of ${inside}${bound}`;
  }
  if (schema.type === 'object' && schema.additionalProperties && !schema.properties)
    return `map of ${typeOf(schema.additionalProperties)}`;
  if (schema.type === 'string' && schema.format)
    return { 'date-time': 'time' }[schema.format] ?? schema.format;
  if (schema.$ref) return 'object';
  return [schema.type ?? 'anything'].flat().join(' or ');
}

/** Rows of a table of fields, nested ones by their path; what may hold another one like itself is told once. */
function fieldsOf(schema, path = '', definitions = schema.$defs ?? {}) {
  const { [schema.$ref?.split('/').at(-1)]: referred, ...others } = definitions;
  if (referred) return fieldsOf(referred, path, others);
  if (schema.type === 'array') return fieldsOf(schema.items ?? {}, `${path}[]`, definitions);
  const either = schema.anyOf ?? schema.oneOf ?? [];
  const alternatives = either.flatMap((one) => fieldsOf(one, path, definitions));
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const below = path ? `${path}.${name}` : name;
    const needed = schema.required?.includes(name) ? 'yes' : '';
    return [`| \`${below}\` | ${typeOf(field)} | ${needed} |`, ...fieldsOf(field, below, definitions)];
  });
  return [...own, ...alternatives];
}

const sampleOf = (type) =>
  JSON.parse(readFileSync(join(root, 'libs/contracts/test/golden', `${type}.golden.json`), 'utf8')).full;

const eventSection = (event) => `### ${event.type}

${event.summary}

Published by ${event.owner}; handled by ${orNobody(readers('subscribes', event))}${heardBy(event)}; subject \`${event.type}.<partition>\`, stream \`${event.stream}\`.

| field of data | type | always there |
| --- | --- | --- |
${fieldsOf(z.toJSONSchema(event.data, { io: 'output' })).join('\n')}

<details><summary>A sample</summary>

\`\`\`json
${JSON.stringify(sampleOf(event.type), null, 2)}
\`\`\`

</details>
`;

const eventRow = (event) =>
  `| [${event.type}](#${anchor(event.type)}) | ${event.owner} | ${orNobody(readers('subscribes', event))} | ${[...readers('listens', event), ...readers('follows', event).map((name) => `${name} (headlines)`)].join(', ')} | ${event.summary} |`;

const queryRow = (query) =>
  `| ${query.name} | ${query.owner} | ${orNobody(readers('asks', query))} | ${query.deadlineMs} | ${query.summary} |`;

/** The whole page. */
export const page = () => `# Events and queries

Made by \`npm run docs\` from [libs/contracts](../libs/contracts); do not edit.

Every event is a CloudEvents 1.0 envelope around its \`data\`. \`account\` is the tenant whose fact it is,
\`correlationid\` the first message of the chain, \`causationid\` the one that led to it, \`traceparent\` the trace.

## Events

| event | owner | handled by | heard by | what it says |
| --- | --- | --- | --- | --- |
${[...EVENTS.values()].map(eventRow).join('\n')}

"Handled" is durable: each event exactly once, in order per product. "Heard" is every process while it runs;
by its headline (\`headline.<subject>\`) only which products it names is said, ahead of the event, so that caches forget them.

## Queries

Asked on \`query.<name>\` with a deadline; answered with a response or a refusal.

| query | answered by | asked by | deadline in ms | |
| --- | --- | --- | --- | --- |
${[...QUERIES.values()].map(queryRow).join('\n')}

## The events in detail

${[...EVENTS.values()].map(eventSection).join('\n')}`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (!process.argv.includes('--check')) writeFileSync(file, page());
  else if (readFileSync(file, 'utf8') !== page()) {
    console.error('docs/events.md is stale: run `npm run docs`');
    process.exitCode = 1;
  }
}
