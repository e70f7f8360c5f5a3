export { currencyCodes, currencyDigits, isCurrency } from './currencies.ts';
export { convertMinor, type DayRates, NoExchangeRate } from './exchange.ts';
export { formatAmount, maxMicros, parseAmount, toMicros, type Amount } from './amount.ts';
export { cleanFloatNoise } from './float-noise.ts';
export { currencySignIn, parsePriceText, type PriceText, type PriceTextOptions } from './price-text.ts';
