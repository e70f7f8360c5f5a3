import { z } from 'zod';

/**
 * CloudEvents 1.0 (JSON format) with the distributed-tracing extension (`traceparent`) and three of ours.
 * `account` is the tenant whose fact this is; `correlationid` names the first message of the chain,
 * `causationid` the message that led to this one.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export const Envelope = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().min(1),
  type: z.string().min(1),
  time: z.iso.datetime(),
  account: z.uuid(),
  traceparent: z.string().optional(),
  correlationid: z.uuid(),
  causationid: z.uuid().optional(),
  data: z.unknown(),
});
export type Envelope = z.infer<typeof Envelope>;
