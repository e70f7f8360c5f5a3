import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authentication } from '../auth/authentication.ts';
import { CommandHooks } from '../idempotency/command-hooks.ts';
import { Meter } from '../metering/meter.ts';
import { checkAddresses } from './addresses.ts';
import { useBodies } from './bodies.ts';
import { answerClientErrors } from './client-errors.ts';
import { EarlyAnswers } from './early-answers.ts';
import { readInput } from './input.ts';
import { requestSeconds } from './metrics.ts';
import type { OperationSpec } from './operation.ts';
import { Operations } from './operations.ts';
import { useTracing } from './tracing.ts';

const HEADERS_WITHIN_MS = 15_000;
const REQUEST_WITHIN_MS = 300_000;
const MAX_CONNECTIONS = 10_000;

/**
 * What every request passes, in this order: trace, key and scope (before a byte of the body is read), body, input,
 * idempotency, credits, handler. All of it follows from the route's @Operation.
 */
@Injectable()
export class Edge implements OnModuleInit {
  private readonly fastify: FastifyInstance;

  constructor(
    host: HttpAdapterHost,
    private readonly operations: Operations,
    private readonly authentication: Authentication,
    private readonly commands: CommandHooks,
    private readonly meter: Meter,
    private readonly early: EarlyAnswers,
  ) {
    // Routes are bound after this: the hooks apply to all of them.
    this.fastify = host.httpAdapter.getInstance<FastifyInstance>();
    this.prepare(this.fastify);
  }

  onModuleInit(): void {
    useBodies(this.fastify); // after Nest has registered its own parsers
  }

  private prepare(fastify: FastifyInstance): void {
    fastify.server.headersTimeout = HEADERS_WITHIN_MS;
    fastify.server.requestTimeout = REQUEST_WITHIN_MS;
    fastify.server.maxConnections = MAX_CONNECTIONS;
    checkAddresses(fastify.server);
    answerClientErrors(fastify.server);
    fastify.decorateRequest('caller', null);
    fastify.decorateRequest('lease', null);
    fastify.decorateRequest('subjects', null);
    fastify.decorateRequest('usedCount', 1);
    fastify.decorateRequest('fingerprint', null);
    fastify.decorateRequest('command', null);
    fastify.decorateRequest('receivedAtMs', 0);
    fastify.addHook('onRoute', (route) => this.operations.add(route));
    useTracing(fastify);
    fastify.addHook('onRequest', (request, reply, done) =>
      run(
        () => this.admit(request, reply),
        (error) => {
          if (error || !reply.sent) done(error);
        },
      ),
    );
    fastify.addHook('preHandler', (request, reply, done) => {
      const operation = request.route?.config.operation;
      if (!operation) return done();
      context.with(request.spanContext!, () => {
        run(
          () => this.ready(request, reply, operation),
          (error) => {
            if (error || !reply.sent) done(error);
          },
        );
      });
    });
    fastify.addHook('onSend', (request, reply, payload, done) => {
      run(
        () => this.commands.finish(request, reply, payload),
        (error) => (error ? done(error) : done(null, payload)),
      );
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.account(request, reply);
      done();
    });
  }

  private admit(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    request.receivedAtMs = performance.now();
    reply.header('x-content-type-options', 'nosniff');
    const operation = request.route?.config.operation;
    if (!operation || operation.scope === null) return;
    reply.header('cache-control', 'no-store');
    const checked = this.authentication.authenticate(request, operation);
    if (checked) return checked.then(() => this.answerEarly(request, reply, operation));
    return this.answerEarly(request, reply, operation);
  }

  /** Sends what is in memory already, once its credits are set aside. */
  private answerEarly(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: OperationSpec,
  ): void | Promise<void> {
    const find = this.early.of(operation.id);
    const caller = request.caller!;
    if (!find || request.method !== 'GET') return;
    const answer = find(request, caller);
    if (!answer) return;
    const send = (): void => {
      reply.header('content-type', 'application/json; charset=utf-8');
      reply.header('age', answer.ageSeconds);
      void reply.send(answer.text);
    };
    const setAside = this.meter.setAside(request, caller, operation);
    return setAside ? setAside.then(send) : send();
  }

  private ready(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: OperationSpec,
  ): void | Promise<void> {
    readInput(request, operation);
    const begun = this.commands.begin(request, reply, operation);
    const { caller } = request;
    if (!caller) return begun;
    const setAside = (): void | Promise<void> => {
      if (!reply.sent) return this.meter.setAside(request, caller, operation);
    };
    return begun ? begun.then(setAside) : setAside();
  }

  private account(request: FastifyRequest, reply: FastifyReply): void {
    const { route, receivedAtMs } = request;
    if (!route) return; // answered before it came to us
    const { operation } = route.config;
    if (operation) this.meter.settle(request, reply, operation);
    const labels = { method: request.method, route: route.url ?? 'unknown', status: reply.statusCode };
    requestSeconds.observe(labels, (performance.now() - receivedAtMs) / 1_000);
  }
}

/** Runs work that may be done at once, without a promise for the usual case. */
function run(work: () => void | Promise<void>, done: (error?: Error) => void): void {
  let waiting: void | Promise<void>;
  try {
    waiting = work();
  } catch (error) {
    return done(error as Error);
  }
  if (waiting) waiting.then(() => done(), done);
  else done();
}
