import { ObservationLines } from '../src/observations/observation-lines.ts';

/** Prints what cutting a body into lines costs, as a multiple of parsing them, for both forms of a body. */
const line = JSON.stringify({
  source: 'steam',
  product: '730',
  title: 'A game of some length',
  price: '14.99',
  currency: 'USD',
  observedAt: '2020-06-01T00:00:00Z',
  url: 'https://shop.example/app/730',
  availability: 'in_stock',
});
const lines = Array.from({ length: 20_000 }, () => line);
const bodies = { lines: Buffer.from(lines.join('\n')), array: Buffer.from(`[${lines.join(',')}]`) };

const parse = fastest(() => lines.forEach((text) => JSON.parse(text)));
const costs = Object.entries(bodies).map(([name, body]) => [
  name,
  fastest(() => cut(Buffer.from(body))) / parse,
]);
process.stdout.write(JSON.stringify(Object.fromEntries(costs)));

function cut(body: Buffer): void {
  const source = new ObservationLines();
  for (let at = 0; at < body.length; at += 65_536) Array.from(source.push(body.subarray(at, at + 65_536)));
  Array.from(source.end());
}

function fastest(work: () => void): number {
  const times = Array.from({ length: 7 }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  return Math.max(Math.min(...times), 1);
}
