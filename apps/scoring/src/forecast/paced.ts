/** Items that are worked on between two pauses: at a microsecond or two for each, some milliseconds. */
export const AT_ONCE = 2_000;

/** Visits items in turn and pauses now and then, so that whoever waits for an answer meanwhile waits for milliseconds. */
export function* eachPaced<Item>(
  items: readonly Item[],
  visit: (item: Item, index: number) => void,
): Generator<void, void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const end = Math.min(items.length, from + AT_ONCE);
    for (let at = from; at < end; at += 1) visit(items[at]!, at);
    yield;
  }
}

/** Runs what pauses now and then to let others work, without a pause. */
export function unpaused<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
