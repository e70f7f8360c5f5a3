import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { TraceKeeper } from './trace-keeper.ts';

const span = (traceId: string, name: string, sampled = false): ReadableSpan =>
  ({
    name,
    spanContext: () => ({ traceId, spanId: 's', traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE }),
  }) as ReadableSpan;

function keeper(): { keeper: TraceKeeper; exported: string[]; told: string[] } {
  const exported: string[] = [];
  const told: string[] = [];
  const next = {
    onStart: () => undefined,
    onEnd: (ended: ReadableSpan) => {
      expect(ended.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
      exported.push(`${ended.spanContext().traceId} ${ended.name}`);
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  } as SpanProcessor;
  const made = new TraceKeeper(next);
  made.onKeep((traceId) => told.push(traceId));
  return { keeper: made, exported, told };
}

describe('TraceKeeper', () => {
  it('exports sampled spans at once and holds the others back', () => {
    const { keeper: k, exported } = keeper();
    k.onEnd(span('a', 'one', true));
    k.onEnd(span('b', 'two'));
    expect(exported).toEqual(['a one']);
  });

  it('exports what it held of a trace that is kept, and all that still comes, once, and tells the others once', () => {
    const { keeper: k, exported, told } = keeper();
    k.onEnd(span('a', 'one'));
    k.onEnd(span('b', 'other'));
    k.keep('a');
    k.keep('a');
    k.onEnd(span('a', 'two'));
    expect(exported).toEqual(['a one', 'a two']);
    expect(told).toEqual(['a']);
  });

  it('does not tell again what it was told', () => {
    const { keeper: k, exported, told } = keeper();
    k.onEnd(span('a', 'one'));
    k.release('a');
    k.keep('a');
    expect(exported).toEqual(['a one']);
    expect(told).toEqual([]);
  });

  it('holds a bounded number of spans and forgets the oldest traces first', () => {
    const { keeper: k, exported } = keeper();
    for (let index = 0; index < 25_000; index++) k.onEnd(span(`trace-${index}`, 'x'));
    k.keep('trace-0');
    k.keep('trace-24999');
    expect(exported).toEqual(['trace-24999 x']);
  });

  it('does nothing where nothing is exported', async () => {
    const k = new TraceKeeper(undefined);
    k.onEnd(span('a', 'one'));
    k.keep('a');
    await k.forceFlush();
    await k.shutdown();
  });
});
