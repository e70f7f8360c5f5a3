import { Answer } from '@souk/bus';
import { GetExchangeRates, type RequestOf, type ResponseOf } from '@souk/contracts';
import { Database } from '@souk/service';
import { Controller } from '@nestjs/common';
import { ECB } from './ecb.ts';
import { ratesOf } from './rates.store.ts';

/** Weekends and holidays have no rates of their own; a longer gap means that nobody reads the files any more. */
const WITHIN_DAYS = 7;

@Controller()
export class ExchangeRatesHandlers {
  constructor(private readonly database: Database) {}

  @Answer(GetExchangeRates)
  async rates({ day }: RequestOf<typeof GetExchangeRates>): Promise<ResponseOf<typeof GetExchangeRates>> {
    const found = await this.database.read([], (tx) => ratesOf(tx, day, WITHIN_DAYS));
    return { exchangeRates: found ? { ...found, base: 'EUR', origin: ECB } : null };
  }
}
