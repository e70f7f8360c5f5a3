import { Injectable } from '@nestjs/common';
import { context } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationSpec } from '../http/operation.ts';
import type { CallerInfo } from '../http/request.ts';
import { CreditLeases } from './credit-leases.ts';
import type { Lease } from './lease.ts';
import { UsageRecorder } from './usage-recorder.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Credits set aside for this request. */
    lease: Lease | null;
    /** What the request was about, for the record of its use. */
    subjects: string[] | null;
    /** How many things were used, when it is not one. */
    usedCount: number;
  }
}

/** Credits are set aside before a request is worked on and spent, or given back, once it was answered. */
@Injectable()
export class Meter {
  constructor(
    private readonly leases: CreditLeases,
    private readonly usage: UsageRecorder,
  ) {}

  /** Throws a Refusal: out of credits, or billing not available. */
  setAside(request: FastifyRequest, caller: CallerInfo, operation: OperationSpec): void | Promise<void> {
    if (!operation.credits || caller.unmetered) return;
    const { accountId } = caller;
    const { credits } = operation;
    request.lease = this.leases.takeAtOnce(accountId, credits) ?? null;
    if (request.lease) return;
    const taking = context.with(request.spanContext!, () => this.leases.take(accountId, credits));
    return taking.then((lease) => {
      request.lease = lease;
    });
  }

  /** What was refused or failed costs nothing. */
  settle(request: FastifyRequest, reply: FastifyReply, operation: OperationSpec): void {
    const { caller, lease } = request;
    const credits = operation.credits ?? 0;
    // A client that left before the answer has nothing to pay for.
    const isUsed = reply.sent && reply.statusCode < 400 && request.usedCount > 0;
    if (lease && isUsed) this.leases.settle(lease);
    else if (lease) this.leases.giveBack(lease, credits);
    request.lease = null;
    if (!isUsed || !caller || (!operation.credits && !operation.isMetered)) return;
    this.usage.record({
      accountId: caller.accountId,
      keyId: caller.keyId,
      operation: operation.id,
      count: request.usedCount,
      credits,
      ...(lease && { holdId: lease.holdId }),
      subjects: request.subjects ?? [],
    });
  }
}
