/**
 * The pause of a loop that looks for work: it ends early when work comes, and is left out when work came since the
 * look began. A loop reads `while (!pause.isStopped) { pause.look(); … await pause.wait(ms); }`.
 */
export class WakeablePause {
  private isStopping = false;
  private isWoken = false;
  private end: (() => void) | undefined;

  /** No pause is made any more. */
  get isStopped(): boolean {
    return this.isStopping;
  }

  /** Work has come since the last look began. */
  get isWanted(): boolean {
    return this.isWoken;
  }

  /** A look begins: it will find what has come until now. */
  look(): void {
    this.isWoken = false;
  }

  wake(): void {
    this.isWoken = true;
    this.end?.();
  }

  stop(): void {
    this.isStopping = true;
    this.wake();
  }

  /** Resolves after the time, or as soon as it is woken. */
  async wait(ms: number): Promise<void> {
    if (this.isWoken || this.isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.end = undefined;
  }
}
