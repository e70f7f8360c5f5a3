/** The least that answers: node:http with one JSON text for every request. `bare-server.ts <text>` */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [, , text = '{}'] = process.argv;
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
