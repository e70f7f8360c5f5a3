import { Controller, Get, Inject, type OnModuleInit, Param, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { ASSETS, KEY_FORM, PAGES } from './assets.ts';

const NameParams = z.object({ name: z.string().max(100) });
const KEY_PLACE = '<!-- key -->';
const KEY_FORM_PLACE = '<!-- key form -->';
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
const FORWARDING = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];
/** Own files only; pictures of products come from their shops. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http: data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

@Controller()
export class PageController implements OnModuleInit {
  private readonly html = { live: '', market: '' };

  constructor(
    host: HttpAdapterHost,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {
    const fastify = host.httpAdapter.getInstance<FastifyInstance>();
    // Only for reply.sendFile: which files there are says ASSETS.
    void fastify.register(fastifyStatic, { serve: false, root: ASSETS['live.js']!.directory });
  }

  async onModuleInit(): Promise<void> {
    const keyForm = await readFile(KEY_FORM, 'utf8');
    for (const page of ['live', 'market'] as const) {
      this.html[page] = (await readFile(PAGES[page], 'utf8')).replace(KEY_FORM_PLACE, keyForm);
    }
  }

  @Get()
  @Operation({
    id: 'getPage',
    summary: 'Live page',
    scope: null,
    isHidden: true,
    responses: { 200: { description: 'A page.', contentType: 'text/html' } },
  })
  page(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    return this.send('live', request, reply);
  }

  @Get('market')
  @Operation({
    id: 'getMarketPage',
    summary: 'Market reports',
    scope: null,
    isHidden: true,
    responses: { 200: { description: 'A page.', contentType: 'text/html' } },
  })
  market(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    return this.send('market', request, reply);
  }

  @Get('assets/:name')
  @Operation({
    id: 'getAsset',
    summary: 'A file of a page',
    scope: null,
    isHidden: true,
    params: NameParams,
    responses: { 200: { description: 'The file.', contentType: 'application/octet-stream' } },
  })
  asset(@Param() { name }: z.infer<typeof NameParams>, @Res() reply: FastifyReply): void {
    const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
    if (!asset) throw new Problem('not-found', 'There is no such file.');
    // Asked for again each time, and not sent again unless it changed: page and scripts belong together.
    void reply.sendFile(asset.file, asset.directory, { maxAge: 0 });
  }

  private send(page: keyof typeof PAGES, request: FastifyRequest, reply: FastifyReply): string {
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', POLICY)
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-store');
    return this.html[page].replace(KEY_PLACE, this.keyFor(request));
  }

  /**
   * The reading key, for a visitor on this machine who came by a name of this machine: another site that points
   * its own name here gets a page without it, and so does who comes through a proxy. A proxy need not say that it is
   * one, and can make every visitor look local (nginx with only `proxy_pass`): then it speaks HTTP/1.0, or the
   * installation knows that the outside reaches it.
   */
  private keyFor(request: FastifyRequest): string {
    const key = this.config.SOUK_LIVE_PAGE_KEY;
    const isForwarded = FORWARDING.some((name) => request.headers[name] !== undefined);
    const isDirect = !isForwarded && request.raw.httpVersion === '1.1';
    const isLocal = isDirect && LOOPBACK.test(request.headers.host ?? '') && isLoopback(request.ip);
    const isPrivate = this.config.SOUK_PUBLIC_URL === undefined;
    return key && isLocal && isPrivate ? `<meta name="souk-key" content="${key}">` : '';
  }
}

const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address);
