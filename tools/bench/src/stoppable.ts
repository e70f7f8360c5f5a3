const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs work that starts things; whatever it told to be begun is stopped when it ends or is interrupted. */
export async function stoppable<T>(
  work: (begun: (stop: () => Promise<void>) => void) => Promise<T>,
): Promise<T> {
  // Known before anything is started, so that an interrupted start leaves nothing behind either.
  const stops: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  // Work that fails because it is being interrupted waits for the same end.
  const stop = (): Promise<void> => (stopping ??= stopAll(stops).finally(() => (stopping = undefined)));
  const interrupted = (): void => void stop().finally(() => process.exit(130));
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    return await work((stopOne) => stops.push(stopOne));
  } finally {
    await stop();
    for (const signal of SIGNALS) process.off(signal, interrupted);
  }
}

/** The newest first; what cannot be stopped leaves the others to be. */
async function stopAll(stops: (() => Promise<void>)[]): Promise<void> {
  for (let last = stops.pop(); last; last = stops.pop())
    await last().catch((error: unknown) => console.error('not stopped cleanly:', error));
}
