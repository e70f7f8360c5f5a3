/** Milliseconds of the machine's monotonic clock, which all processes share and no wall clock moves. */
export const machineNowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
