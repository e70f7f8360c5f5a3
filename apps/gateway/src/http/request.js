import { createParamDecorator } from '@nestjs/common';
import { newId } from '@souk/contracts';
import { isSpanContextValid } from '@opentelemetry/api';
export const traceIdOf = (request) => {
  const current = request.span?.spanContext();
  return current && isSpanContextValid(current) ? current.traceId : undefined;
};
/** Names the request in problems: its span, or a new id where there is none. */
export function instanceOf(request) {
  const current = request.span?.spanContext();
  return current && isSpanContextValid(current)
    ? `/requests/${current.traceId}-${current.spanId}`
    : `/requests/${newId()}`;
}
/** The caller, in a handler's parameters; only on routes with a scope. */
export const Caller = createParamDecorator((_, context) => {
  const { caller } = context.switchToHttp().getRequest();
  if (!caller) throw new Error('a route that asks for its caller needs a scope');
  return caller;
});
