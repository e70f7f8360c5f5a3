import { z } from 'zod';
import { startApis } from './apis/apis.ts';
import { defaultFaultRate, startSandbox } from './shop.ts';

const settings = z
  .object({
    SOUK_SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    SOUK_SANDBOX_SEED: z.string().min(1).default('souk'),
    SOUK_SANDBOX_SPEED: z.coerce.number().positive().max(200).default(1),
    SOUK_SANDBOX_FAULTS: z.coerce.number().min(0).max(1).default(defaultFaultRate),
    SOUK_SANDBOX_APIS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
    SOUK_SANDBOX_PER_SECOND: z.coerce.number().positive().optional(),
    SOUK_SANDBOX_BURST: z.coerce.number().int().positive().optional(),
    SOUK_SANDBOX_PER_DAY: z.coerce.number().int().positive().optional(),
    SOUK_SANDBOX_KEEPA_PER_MINUTE: z.coerce.number().int().positive().optional(),
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

const {
  SOUK_SANDBOX_APIS_PORT: apisPort,
  SOUK_SANDBOX_PER_SECOND: perSecond,
  SOUK_SANDBOX_BURST: burst,
  SOUK_SANDBOX_PER_DAY: perDay,
  SOUK_SANDBOX_KEEPA_PER_MINUTE: keepaPerMinute,
} = settings.data;
const apis =
  apisPort === undefined
    ? undefined
    : await startApis({
        port: apisPort,
        seed: settings.data.SOUK_SANDBOX_SEED,
        speed: settings.data.SOUK_SANDBOX_SPEED,
        budget: {
          ...(perSecond !== undefined && { perSecond }),
          ...(burst !== undefined && { burst }),
          ...(perDay !== undefined && { perDay }),
        },
        ...(keepaPerMinute !== undefined && { keepaPerMinute }),
      });
if (apis) console.log(`Sandbox APIs: ${apis.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void Promise.all([shop.close(), apis?.close()]));
