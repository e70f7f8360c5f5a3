export default async function globalTeardown() {
  await globalThis.soukTestInfra?.stop();
}
