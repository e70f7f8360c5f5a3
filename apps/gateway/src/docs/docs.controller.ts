import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { Operations } from '../http/operations.ts';
import { Problem, type ProblemCode, PROBLEMS } from '../http/problem.ts';
import { openApiOf } from './openapi.ts';

const ProblemKind = z
  .object({ type: z.string(), title: z.string(), status: z.int(), advice: z.string() })
  .meta({ id: 'ProblemKind' });
const CodeParams = z.object({ code: z.string() });

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Souk API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/swagger-ui.css">
</head>
<body>
<noscript>The document itself: <a href="/openapi.json">/openapi.json</a></noscript>
<main id="docs"></main>
<script src="/assets/swagger-ui-bundle.js"></script>
<script src="/assets/docs.js"></script>
</body>
</html>
`;
/** The bundle sets styles of its own in the page; scripts come from here only. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

@Controller()
export class DocsController {
  private document: string | undefined;

  constructor(private readonly operations: Operations) {}

  @Get('openapi.json')
  @Operation({
    id: 'getOpenApi',
    summary: 'This API as OpenAPI 3.1',
    scope: null,
    responses: { 200: { description: 'The document.', schema: z.looseObject({ openapi: z.string() }) } },
  })
  openApi(@Res({ passthrough: true }) reply: FastifyReply): string {
    // Made once, after all routes are bound.
    this.document ??= JSON.stringify(openApiOf(this.operations.all(), '/'));
    reply.header('content-type', 'application/json; charset=utf-8');
    return this.document;
  }

  @Get('docs')
  @Operation({
    id: 'getDocs',
    summary: 'This API, readable',
    scope: null,
    isHidden: true,
    responses: { 200: { description: 'A page.', contentType: 'text/html' } },
  })
  docs(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', POLICY);
    return PAGE;
  }

  @Get('problems/:code')
  @Operation({
    id: 'getProblem',
    summary: 'What a kind of problem means and what to do',
    scope: null,
    params: CodeParams,
    responses: { 200: { description: 'The kind of problem.', schema: ProblemKind } },
  })
  problem(@Param() { code }: z.infer<typeof CodeParams>): z.infer<typeof ProblemKind> {
    const kind = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code as ProblemCode] : undefined;
    if (!kind) throw new Problem('not-found', 'There is no such kind of problem.');
    return { type: `/problems/${code}`, ...kind };
  }
}
