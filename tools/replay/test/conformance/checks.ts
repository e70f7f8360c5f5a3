/** Collects checks: each prints its line at once, and the closing line counts them. */
export class Checks {
  passed = 0;
  failed = 0;

  /** A check that fails says what was found. */
  that(name: string, isTrue: boolean, found?: string): void {
    if (isTrue) this.passed += 1;
    else this.failed += 1;
    console.log(
      `${isTrue ? 'ok    ' : 'FAILED'} ${name}${isTrue || found === undefined ? '' : `: ${found}`}`,
    );
  }

  equal(name: string, found: number, expected: number): void {
    this.that(
      `${name}: ${expected.toLocaleString('en-US')}`,
      found === expected,
      `found ${found.toLocaleString('en-US')}`,
    );
  }

  figure(name: string, value: string): void {
    console.log(`       ${name}: ${value}`);
  }

  close(): void {
    console.log(`\n${this.passed} passed, ${this.failed} failed`);
    if (this.failed > 0) process.exitCode = 1;
  }
}
