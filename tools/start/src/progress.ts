/** One line per step with the time since the command was given. */
export interface Progress {
  say(line: string): void;
  /** Says what begins, and how long it took if that was more than a moment. */
  step<T>(line: string, work: () => Promise<T>): Promise<T>;
}

const NOTEWORTHY_MS = 300;

export function progressSince(startedAt: number, write: (text: string) => void): Progress {
  const say = (line: string): void => {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    write(`[${seconds.padStart(4)} s] ${line}\n`);
  };
  return {
    say,
    async step(line, work) {
      say(`${line} …`);
      const began = Date.now();
      const result = await work();
      const tookMs = Date.now() - began;
      if (tookMs > NOTEWORTHY_MS) say(`${line}: done in ${(tookMs / 1000).toFixed(1)} s`);
      return result;
    },
  };
}
