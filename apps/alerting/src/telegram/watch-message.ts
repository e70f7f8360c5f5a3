import type { ExplainWatch, ResponseOf, Watch, WatchConditions } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { ProductCard } from '../cards/card.ts';
import { conditionTexts, moneyOf } from '../texts/condition-texts.ts';
import type { Texts } from '../texts/texts.ts';
import { explanationTexts } from '../watches/explain/explanation-texts.ts';
import { htmlOf, type Line, MAX_TEXT } from './html.ts';
import { type Button, isPublicAddress, rowsOf, type TelegramMessage, textMessage } from './message.ts';
import { actionData, writePress } from './presses.ts';

const SNOOZE_HOURS = [24, 168];
const EVENTS_AT_MOST = 5;
/** A limit is moved by these shares of itself. */
const STEPS_PERCENT = [-10, -5, 5, 10];
const LEVELS = {
  dropPercent: [5, 10, 20, 30, 50],
  scoreAtLeast: [60, 70, 80, 90],
  realDiscountAtLeast: [10, 20, 30, 50],
} as const;

/** One watch with all that can be done with it. `currency` is that of its listing, where it is known. */
export function watchMessage(
  watch: Watch,
  card: ProductCard | undefined,
  texts: Texts,
  head: readonly Line[] = [],
): TelegramMessage {
  const { id: watchId } = watch;
  const currency = watch.when.currency ?? card?.price?.currency;
  const lines: Line[] = [
    ...head,
    { text: watchTitle(watch, card), look: 'b', isKept: true },
    ...conditionTexts(watch.when, currency, texts).map((text): Line => ({ text: `• ${text}` })),
    ...(card?.price ? [{ text: texts.say('card.now', { price: card.price }) }] : []),
    ...(watch.paused ? [{ text: texts.say('list.paused'), look: 'i' as const }] : []),
    ...(watch.snoozedUntil
      ? [
          {
            text: texts.say('watch.snoozed-until', { until: { at: watch.snoozedUntil } }),
            look: 'i' as const,
          },
        ]
      : []),
  ];
  const buttons: Button[] = [
    { text: texts.say('button.explain'), data: actionData({ do: 'explain', watchId }) },
    watch.paused
      ? { text: texts.say('button.resume'), data: actionData({ do: 'resume', watchId }) }
      : { text: texts.say('button.pause'), data: actionData({ do: 'pause', watchId }) },
    { text: texts.say('button.stop'), data: actionData({ do: 'stop', watchId }) },
    ...SNOOZE_HOURS.map((hours): Button => ({
      text: texts.say('button.snooze-days', { count: hours / 24 }),
      data: actionData({ do: 'snooze', watchId, hours }),
    })),
  ];
  const show: Button[] = [
    ...(watch.productId === null
      ? []
      : [{ text: texts.say('button.show'), data: actionData({ do: 'show', productId: watch.productId }) }]),
    ...(card?.url && isPublicAddress(card.url) ? [{ text: texts.say('button.buy'), url: card.url }] : []),
    { text: texts.say('button.watches'), data: actionData({ do: 'watches', page: 0 }) },
  ];
  return textMessage(htmlOf(lines, MAX_TEXT), [
    ...rowsOf(editButtons(watch, currency, texts), 4),
    ...rowsOf(buttons, 3),
    ...rowsOf(show, 3),
  ]);
}

const watchTitle = (watch: Watch, card: ProductCard | undefined): string =>
  watch.name ??
  card?.title ??
  (watch.product ? `${watch.product.source} ${watch.product.product}` : watch.id);

function editButtons({ id: watchId, when }: Watch, currency: string | undefined, texts: Texts): Button[] {
  const button = (field: string, value: string, text: string): Button => ({
    text,
    data: writePress({ press: 'edit', watchId, field, value }),
  });
  const limit =
    when.priceBelow === undefined || currency === undefined ? undefined : moneyOf(when.priceBelow, currency);
  const moved = limit
    ? STEPS_PERCENT.map((percent) => {
        const amountMinor = Math.max(1, Math.round((limit.amountMinor * (100 + percent)) / 100));
        return button(
          'priceBelow',
          formatAmount(amountMinor, limit.currency),
          texts.money({ ...limit, amountMinor }),
        );
      })
    : [];
  const levels = (Object.keys(LEVELS) as (keyof typeof LEVELS)[]).flatMap((field) =>
    when[field] === undefined
      ? []
      : LEVELS[field]
          .filter((level) => level !== when[field])
          .map((level) =>
            button(field, String(level), field === 'scoreAtLeast' ? `${level}/100` : `${level} %`),
          ),
  );
  return [...moved, ...levels];
}

/** The conditions with one value changed by a button; undefined when the watch waits for something else by now. */
export function editedConditions(
  when: WatchConditions,
  field: string,
  value: string,
): WatchConditions | undefined {
  if (field === 'priceBelow')
    return when.priceBelow === undefined ? undefined : { ...when, priceBelow: value };
  if (!Object.hasOwn(LEVELS, field) || when[field as keyof typeof LEVELS] === undefined) return undefined;
  return { ...when, [field]: Number(value) };
}

/** Why a watch spoke, or did not, in the language of the chat. */
export function explanationMessage(
  explanation: ResponseOf<typeof ExplainWatch>,
  texts: Texts,
  head: readonly Line[] = [],
): TelegramMessage {
  const { summary, holds, evaluations, events, advice } = explanationTexts(explanation, texts);
  const lines: Line[] = [
    ...head,
    { text: summary, look: 'b' },
    ...holds.map((hold): Line => ({ text: `⏸ ${hold}` })),
    ...evaluations.flatMap(({ title, checkedAt, conditions }): Line[] => [
      { text: `${title} (${checkedAt})`, look: 'i' },
      ...conditions.map((text): Line => ({ text })),
    ]),
    ...events.slice(0, EVENTS_AT_MOST).map((event): Line => ({ text: `• ${event}` })),
    ...advice.map((sentence): Line => ({ text: `→ ${sentence}` })),
    ...(evaluations[0] ? [{ text: `trace ${evaluations[0].traceId}`, look: 'i' as const }] : []),
  ];
  const back: Button = {
    text: texts.say('button.edit'),
    data: writePress({ press: 'watch', watchId: explanation.watch.id }),
  };
  return textMessage(htmlOf(lines, MAX_TEXT), rowsOf([back], 1));
}
