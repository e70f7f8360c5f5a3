import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import { TraceIds } from './trace-ids.ts';

describe('TraceIds', () => {
  it('makes ids that W3C trace context takes, and none twice', () => {
    const ids = new TraceIds();
    const made = Array.from({ length: 1_000 }, () => ({
      trace: ids.generateTraceId(),
      span: ids.generateSpanId(),
    }));
    expect(made.every(({ trace, span }) => isValidTraceId(trace) && isValidSpanId(span))).toBe(true);
    expect(new Set(made.flatMap(({ trace, span }) => [trace, span])).size).toBe(2_000);
  });
});
