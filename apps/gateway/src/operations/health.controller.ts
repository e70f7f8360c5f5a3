import { Controller, Get, Res } from '@nestjs/common';
import { Health } from '@souk/service';
import type { FastifyReply } from 'fastify';
import { register } from 'prom-client';
import { z } from 'zod';
import { Operation } from '../http/operation.ts';

const Report = z
  .object({
    ready: z.boolean(),
    checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
  })
  .meta({ id: 'Readiness' });

@Controller()
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('healthz')
  @Operation({
    id: 'getHealth',
    summary: 'Whether the process lives',
    scope: null,
    responses: { 200: { description: 'It does.', schema: z.object({ alive: z.literal(true) }) } },
  })
  alive(): { alive: true } {
    return { alive: true };
  }

  @Get('readyz')
  @Operation({
    id: 'getReadiness',
    summary: 'Whether it can work, by dependency',
    scope: null,
    responses: {
      200: { description: 'It can.', schema: Report },
      503: { description: 'It cannot; `checks` says why.', schema: Report },
    },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<z.infer<typeof Report>> {
    const report = await this.health.report();
    if (!report.ready) reply.code(503);
    return report;
  }

  @Get('metrics')
  @Operation({
    id: 'getMetrics',
    summary: 'Metrics in the Prometheus text format',
    scope: null,
    responses: { 200: { description: 'Metrics.', contentType: 'text/plain' } },
  })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.header('content-type', register.contentType);
    return register.metrics();
  }
}
