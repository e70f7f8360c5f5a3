import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { commandIdOf, GetSavings, MarkBought, type Purchase, Refusal, UndoPurchase } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { Listings } from '../watches/listings.ts';
import { periodIn } from './periods.ts';
import type { Block, Choice, Money, Text } from './reply.ts';
import { type Answered, choice, says, titleOf, type Turn } from './turn.ts';

/** What was bought, and what that saved. */
@Injectable()
export class SavingsTalk {
  constructor(
    private readonly bus: Bus,
    private readonly listings: Listings,
  ) {}

  async bought(
    { input: { accountId, person, messageId } }: Turn,
    what: { alertId: string } | { productId: string; price?: Money },
  ): Promise<Answered> {
    const purchaseId = commandIdOf(accountId, `bought\n${messageId}`);
    try {
      const { purchase } = await this.bus.ask(MarkBought, {
        accountId,
        purchaseId,
        person,
        ...paidFor(what),
      });
      const noted: Block = { kind: 'question', text: notedText(purchase), choices: [undoOf(purchase)] };
      const isOfNow = 'productId' in what && !what.price;
      return {
        blocks: isOfNow ? [{ kind: 'text', text: ofNowText(purchase) }, noted] : [noted],
        memory: { productId: purchase.productId },
      };
    } catch (error) {
      const isUnpriced =
        error instanceof Refusal && error.problems?.some(({ field }) => field === 'price') === true;
      if (!isUnpriced || !('productId' in what)) throw error;
      const product = (await this.listings.get(accountId, [what.productId])).get(what.productId);
      return product ? says('bought.no-price', { title: titleOf(product) }) : says('chat.expired');
    }
  }

  /** Takes back what was noted; whoever shares the account may. */
  async notBought({ input: { accountId } }: Turn, purchaseId: string): Promise<Answered> {
    try {
      const { purchase } = await this.bus.ask(UndoPurchase, { accountId, purchaseId });
      return { ...says('bought.undone', { title: nameOf(purchase) }), replaces: true };
    } catch (error) {
      if (error instanceof Refusal && error.code === 'not-found')
        return { ...says('bought.undone-already'), replaces: true };
      throw error;
    }
  }

  /** One line for each currency: amounts of different ones are not added up. */
  async savings({ input, now }: Turn, text: string): Promise<Answered> {
    const { key, ...span } = periodIn(text, now, input.timeZone ?? 'UTC');
    const { totals } = await this.bus.ask(GetSavings, { accountId: input.accountId, ...span });
    const period: { text: Text } = { text: { key } };
    if (totals.length === 0) return says('savings.none', { period });
    const lines = totals.map(({ currency, purchases, paidMinor, savedMinor }): Block => ({
      kind: 'text',
      text: {
        key: 'savings.total',
        values: {
          period,
          count: purchases,
          saved: { amountMinor: savedMinor, currency },
          paid: { amountMinor: paidMinor, currency },
        },
      },
    }));
    return { blocks: lines };
  }
}

/** The alert knows its price itself. */
function paidFor(what: { alertId: string } | { productId: string; price?: Money }) {
  if ('alertId' in what) return what;
  const { productId, price } = what;
  if (!price) return { productId };
  return { productId, price: formatAmount(price.amountMinor, price.currency), currency: price.currency };
}

const ofNowText = ({ boughtAt }: Purchase): Text => ({
  key: 'bought.price-of-now',
  values: { at: { at: boughtAt } },
});

const nameOf = ({ title, source, product }: Purchase): string => title ?? `${source} ${product}`;

const undoOf = ({ id: purchaseId }: Purchase): Choice =>
  choice('button.not-bought', { do: 'not-bought', purchaseId });

function notedText(purchase: Purchase): Text {
  const { paidMinor, usualPriceMinor, currency } = purchase;
  const values = { title: nameOf(purchase), price: { amountMinor: paidMinor, currency } };
  if (usualPriceMinor === null) return { key: 'bought.noted-unknown', values };
  const usual = { amountMinor: usualPriceMinor, currency };
  if (usualPriceMinor <= paidMinor) return { key: 'bought.noted-dearer', values: { ...values, usual } };
  const saved = { amountMinor: usualPriceMinor - paidMinor, currency };
  return { key: 'bought.noted', values: { ...values, usual, saved } };
}
