import { z } from 'zod';
import { defaultFaultRate, startSandbox } from './shop.ts';

const settings = z
  .object({
    SOUK_SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    SOUK_SANDBOX_SEED: z.string().min(1).default('souk'),
    SOUK_SANDBOX_SPEED: z.coerce.number().positive().max(200).default(1),
    SOUK_SANDBOX_FAULTS: z.coerce.number().min(0).max(1).default(defaultFaultRate),
  })
  .safeParse(process.env);

if (!settings.success) {
  console.error(`The sandbox shop cannot start:\n${z.prettifyError(settings.error)}`);
  process.exit(1);
}

const shop = await startSandbox({
  port: settings.data.SOUK_SANDBOX_PORT,
  seed: settings.data.SOUK_SANDBOX_SEED,
  speed: settings.data.SOUK_SANDBOX_SPEED,
  faultRate: settings.data.SOUK_SANDBOX_FAULTS,
});
console.log(`Sandbox shop: ${shop.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shop.close());
