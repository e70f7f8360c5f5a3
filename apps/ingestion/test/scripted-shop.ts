import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A shop of one page that answers as told; when nothing is told, with two products. */
export interface ScriptedShop {
  url: string;
  calls: string[];
  /** How the next calls are answered, in order. */
  next: RequestListener[];
  items: Record<string, unknown>[];
  close(): Promise<void>;
}

export const item = (id: string, fields: object = {}): Record<string, unknown> => ({
  id,
  title: `Product ${id}`,
  price: '10.00',
  currency: 'EUR',
  observedAt: new Date().toISOString(),
  ...fields,
});

export const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(code, headers).end();
  };

export const json =
  (body: unknown): RequestListener =>
  (_request, response) => {
    response.end(JSON.stringify(body));
  };

export async function startScriptedShop(): Promise<ScriptedShop> {
  const shop: Omit<ScriptedShop, 'url' | 'close'> = { calls: [], next: [], items: [item('a'), item('b')] };
  const server = createServer((request, response) => {
    shop.calls.push(request.url ?? '');
    const answer = shop.next.shift();
    if (answer) answer(request, response);
    else response.end(JSON.stringify({ items: shop.items, next: null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(shop, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
