/** Index of the last of so many runs that started before a time; -1 when none did. */
export function runBefore(starts: ArrayLike<number>, atMs: number, length = starts.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! < atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the run in force at a time, the last one that started then or before; -1 when none did. */
export function runAt(starts: ArrayLike<number>, atMs: number, length = starts.length): number {
  const before = runBefore(starts, atMs, length);
  return before + 1 < length && starts[before + 1] === atMs ? before + 1 : before;
}
