export const DAY_MS = 86_400_000;

/** `1 day`, `3 days`, `0.5 days`: for sentences. */
export const daysTold = (count: number): string => (count === 1 ? '1 day' : `${count} days`);
