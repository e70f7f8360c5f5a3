/** Runs work that starts things; whatever it told to be begun is stopped when it ends or is interrupted. */
export async function stoppable<T>(
  work: (begun: (stop: () => Promise<void>) => void) => Promise<T>,
): Promise<T> {
  // Known before anything is started, so that an interrupted start leaves nothing behind either.
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopOne of stops.splice(0).toReversed()) await stopOne();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  try {
    return await work((stopOne) => stops.push(stopOne));
  } finally {
    await stop();
  }
}
