import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Picture } from './pictures.ts';

/** Not drawn and not sent where the client has it already; an SVG opened by itself loads and runs nothing. */
export async function sendPicture(
  request: FastifyRequest,
  reply: FastifyReply,
  picture: Picture,
): Promise<void> {
  reply
    .header('etag', picture.etag)
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
  if (request.headers['if-none-match'] === picture.etag) return void (await reply.code(304).send());
  const drawn = await picture.draw();
  const isText = typeof drawn === 'string';
  reply.header('content-type', isText ? 'image/svg+xml; charset=utf-8' : 'image/png');
  await reply.send(isText ? drawn : Buffer.from(drawn));
}
