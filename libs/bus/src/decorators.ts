import { EventPattern, MessagePattern } from '@nestjs/microservices';
import type { EventContract, QueryContract } from '@souk/contracts';
import type { SubscriptionOptions } from './subscription.ts';

/** Identifies our transport among Nest's. */
export const SOUK_BUS = Symbol('SOUK_BUS');

export interface SubscribeExtras extends SubscriptionOptions {
  event: EventContract;
}

export interface AnswerExtras {
  query: QueryContract;
}

/** The method handles every occurrence of the event exactly once, in batches; it takes a `Batch`. */
export const Subscribe = (event: EventContract, options: SubscriptionOptions = {}): MethodDecorator =>
  EventPattern(event.type, SOUK_BUS, { event, ...options } satisfies SubscribeExtras) as MethodDecorator;

/** The method answers the query; it takes the parsed request and a `QueryContext`. */
export const Answer = (query: QueryContract): MethodDecorator =>
  MessagePattern(query.name, SOUK_BUS, { query } satisfies AnswerExtras);
