/** The upstream, a process of its own: answers everything and notes when each call arrived, by path. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';
import { machineNowMs } from './machine-clock.ts';

// Another machine in life: it must not wait for the workers' processor to note what has arrived.
try {
  setPriority(-15);
} catch {
  // only the superuser may; without it calls are noted a little late
}

const arrivals: Record<string, number[]> = {};
const server = createServer((request, response) => {
  (arrivals[request.url ?? ''] ??= []).push(machineNowMs());
  response.end();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ arrivals }));
process.once('disconnect', () => process.exit(0));
