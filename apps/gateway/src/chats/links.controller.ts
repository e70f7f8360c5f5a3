import { Controller, Get, Headers, Post, Query, Res } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { EndMail, FinishSlackInstall } from '@souk/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Operation, type OperationSpec } from '../http/operation.ts';
import { type PageTexts, pageTexts } from './page-texts.ts';

const InstallQuery = z.object({
  code: z.string().max(512).optional(),
  state: z.string().max(512).optional(),
});
type InstallQuery = z.infer<typeof InstallQuery>;

const TokenQuery = z.strictObject({ token: z.string().regex(/^[\w.-]{1,500}$/, 'is no token of a mail') });
type TokenQuery = z.infer<typeof TokenQuery>;

const PAGE: OperationSpec['responses'] = { 200: { description: 'A page.', contentType: 'text/html' } };
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/** Pages that links in mails and in Slack lead to; the links themselves are signed. */
@Controller('hooks')
export class LinksController {
  constructor(private readonly bus: Bus) {}

  @Get('slack/oauth')
  @Operation({
    id: 'finishSlackInstall',
    summary: 'Where Slack sends an admin back to',
    scope: null,
    isHidden: true,
    query: InstallQuery,
    responses: PAGE,
  })
  async installed(
    @Query() { code, state }: InstallQuery,
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const texts = pageTexts(accepted);
    // Slack comes without a code when the admin said no.
    if (code === undefined || state === undefined) return page(reply, texts, texts.notInstalled);
    const { workspace } = await this.bus.ask(FinishSlackInstall, { code, state });
    return page(reply, texts, texts.installed(workspace));
  }

  /** Programs that look at links must not end anything by it: a person presses the button. */
  @Get('email/unsubscribe')
  @Operation({
    id: 'askToEndMail',
    summary: 'Asks whether mails are to end',
    scope: null,
    isHidden: true,
    query: TokenQuery,
    responses: PAGE,
  })
  ask(
    @Query() { token }: TokenQuery,
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    const texts = pageTexts(accepted);
    const action = `/hooks/email/unsubscribe?token=${encodeURIComponent(token)}`;
    const form = `<form method="post" action="${action}"><button>${texts.end}</button></form>`;
    return page(reply, texts, texts.ask, form);
  }

  /** One click, as RFC 8058 has it: mail programs post here by themselves. */
  @Post('email/unsubscribe')
  @Operation({
    id: 'endMail',
    summary: 'Ends mails to an address',
    scope: null,
    isHidden: true,
    query: TokenQuery,
    streamedBody: { contentTypes: {} },
    responses: PAGE,
  })
  async end(
    @Query() { token }: TokenQuery,
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { address } = await this.bus.ask(EndMail, { token });
    const texts = pageTexts(accepted);
    return page(reply, texts, texts.ended(address));
  }
}

function page(reply: FastifyReply, { language }: PageTexts, text: string, more = ''): string {
  reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-store');
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>Souk</title><main><p>${escape(text)}</p>${more}</main></html>\n`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
