import type { AlertReason } from '@souk/contracts';
import { parseAmount } from '@souk/money';
import type { Money, TextValue } from '../conversation/reply.ts';
import type { Texts } from '../texts/texts.ts';

/**
 * Why an alert came, where its price was measured against what is usual or what the person chose, by an amount, or with
 * shipping. Undefined where the inputs do not say all of it: amounts in another currency than the price.
 */
export function comparedReason(reason: AlertReason, texts: Texts): string | undefined {
  switch (reason.kind) {
    case 'priceBelow':
    case 'priceAbove':
    case 'inStockBelow':
      return withShipping(reason.kind, reason, texts);
    case 'dropPercent':
    case 'dropAmount':
    case 'priceRisePercent':
    case 'priceRiseAmount':
      return changed(reason, texts);
    default:
      return undefined;
  }
}

export function moneyIn(amount: unknown, currency: unknown): Money | undefined {
  if (typeof amount !== 'string' || typeof currency !== 'string') return undefined;
  const read = parseAmount(amount, currency);
  return 'minor' in read ? { amountMinor: read.minor, currency } : undefined;
}

/** What was asked, where it is in the currency of the price. */
function askedMoney({ kind, sentence, inputs }: AlertReason): Money | undefined {
  const { [kind]: asked, currency } = inputs;
  return sentence.includes(`${String(asked)} ${String(currency)}`) ? moneyIn(asked, currency) : undefined;
}

function withShipping(
  kind: 'priceBelow' | 'priceAbove' | 'inStockBelow',
  reason: AlertReason,
  texts: Texts,
): string | undefined {
  const { price: amount, shipping, currency } = reason.inputs;
  const [limit, price, carriage] = [
    askedMoney(reason),
    moneyIn(amount, currency),
    moneyIn(shipping, currency),
  ];
  if (!limit || !price) return undefined;
  if (!carriage || carriage.amountMinor === 0) return texts.say(`reason.${kind}`, { limit, price });
  const landed = { ...price, amountMinor: price.amountMinor + carriage.amountMinor };
  return texts.say('reason.with-shipping', { reason: texts.say(`reason.${kind}`, { limit, price: landed }) });
}

function changed(reason: AlertReason, texts: Texts): string | undefined {
  const { kind, sentence, inputs } = reason;
  const { currency } = inputs;
  const isDrop = kind === 'dropPercent' || kind === 'dropAmount';
  const isPercent = kind === 'dropPercent' || kind === 'priceRisePercent';
  const percent = (value: unknown): TextValue | undefined =>
    typeof value === 'number' ? texts.say('said.percent', { percent: value }) : undefined;
  const price = moneyIn(inputs.price, currency);
  const asked = isPercent ? percent(inputs[kind]) : askedMoney(reason);
  if (!price || asked === undefined) return undefined;
  if (inputs.chosenPrice !== undefined) {
    const [amount, chosenCurrency] = String(inputs.chosenPrice).split(' ');
    const chosen = moneyIn(amount, chosenCurrency);
    // With shipping, or converted, the price that counted is another one.
    const isBare = sentence.endsWith(`now ${String(inputs.price)} ${String(currency)}`);
    return chosen && isBare
      ? texts.say(`reason.${isDrop ? 'below' : 'above'}-chosen`, { asked, chosen, price })
      : undefined;
  }
  const isUsual = inputs.usualPrice !== undefined;
  const before = moneyIn(isUsual ? inputs.usualPrice : inputs.previousPrice, currency);
  if (!before) return undefined;
  const moved = isPercent
    ? percent(isDrop ? inputs.fellPercent : inputs.rosePercent)
    : { ...price, amountMinor: Math.abs(price.amountMinor - before.amountMinor) };
  if (moved === undefined) return undefined;
  return isUsual
    ? texts.say(`reason.${isDrop ? 'below' : 'above'}-usual`, { moved, usual: before, price, asked })
    : texts.say(isDrop ? 'reason.fell' : 'reason.rose', { moved, before, price, asked });
}
