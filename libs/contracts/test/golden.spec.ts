import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Envelope, EVENTS } from '../src/index.ts';

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

const folder = join(import.meta.dirname, 'golden');
const samplesOf = (type: string): Record<string, z.infer<typeof Envelope>> =>
  JSON.parse(readFileSync(join(folder, `${type}.golden.json`), 'utf8'));

/** Paths of all fields of a schema: `deals[].score`. */
function pathsOf(schema: JsonSchema, path = ''): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const below = path ? `${path}.${name}` : name;
    return [below, ...pathsOf(field, below)];
  });
  const inside = schema.items ? pathsOf(schema.items, `${path}[]`) : [];
  const either = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => pathsOf(one, path));
  return [...own, ...inside, ...either];
}

/** Paths of all fields of a value. */
function usedBy(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => usedBy(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const below = path ? `${path}.${name}` : name;
    return [below, ...usedBy(field, below)];
  });
}

it('there are samples of every event, and of nothing else', () => {
  const files = globSync('*.json', { cwd: folder }).map((file) => file.replace('.golden.json', ''));
  expect(new Set(files)).toEqual(new Set(EVENTS.keys()));
});

describe.each([...EVENTS.values()].map((contract) => ({ contract, type: contract.type })))(
  '$type',
  ({ contract, type }) => {
    const samples = samplesOf(type);

    it('has a minimal and a full sample', () => {
      expect(Object.keys(samples)).toEqual(expect.arrayContaining(['minimal', 'full']));
    });

    it.each(Object.entries(samples))('%s: parses, for ever, to exactly what it is', (_, sample) => {
      expect(Envelope.strict().parse(sample)).toEqual(sample);
      expect(sample).toMatchObject({ type, source: `souk/${contract.owner}` });
      const data = contract.data.parse(sample.data);
      expect(data).toEqual(sample.data);
      expect(JSON.parse(JSON.stringify(data))).toEqual(sample.data);
      for (const key of contract.orderKeys(data, sample.account)) expect(z.uuid().parse(key)).toBe(key);
    });

    it('the samples together use every field there is', () => {
      const fields = pathsOf(z.toJSONSchema(contract.data, { io: 'output' }) as JsonSchema);
      // What is written stays as it is: a new field comes with a new sample.
      const used = new Set(Object.values(samples).flatMap((sample) => usedBy(sample.data)));
      expect(fields.length).toBeGreaterThan(0);
      expect(fields.filter((field) => !used.has(field))).toEqual([]);
    });

    it('the minimal one can spare no field, unless the contract has a default for it', () => {
      const { data } = samples['minimal'] as { data: Record<string, unknown> };
      const defaults = new Set(Object.keys(data).filter((name) => Array.isArray(data[name])));
      for (const name of Object.keys(data)) {
        const { [name]: _, ...rest } = data;
        const spared = contract.data.safeParse(rest).success;
        if (spared) expect([name, defaults.has(name)]).toEqual([name, true]);
      }
    });
  },
);
