import type { ProductCard } from '../cards/card.ts';
import { cardTexts } from '../cards/card-texts.ts';
import type { Texts } from '../texts/texts.ts';
import { escape, type Letter, oneLine, page } from './email-text.ts';

const MAX_SUBJECT = 150;

/** The card of an alert as a mail: foreign text is escaped, and no line of the head can be broken out of. */
export function alertLetter(
  card: ProductCard,
  {
    texts,
    now,
    unsubscribe,
    isRepeated,
  }: { texts: Texts; now: Date; unsubscribe?: string | undefined; isRepeated?: boolean },
): Letter {
  const said = cardTexts(card, texts, now);
  const price = card.price ? texts.money(card.price) : said.price;
  const facts = [said.priceNow, said.discount, said.score, ...said.scoreReasons, said.stock].filter(
    (fact) => fact !== null,
  );
  const small = [said.seller, said.age, said.attribution, isRepeated ? texts.say('card.repeated') : null]
    .filter((part) => part !== null)
    .join(' · ');
  const link = card.actions.find((action) => action.kind === 'buy')?.url;
  const image = card.image !== null && /^https:\/\//i.test(card.image) ? card.image : undefined;
  const end = texts.say('mail.end');
  const list = (lines: readonly string[]): string | undefined =>
    lines.length === 0 ? undefined : `<ul>${lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>`;
  return {
    subject: oneLine(`${price}: ${said.title}`, MAX_SUBJECT),
    text: [
      said.title,
      said.price,
      '',
      ...facts,
      '',
      ...said.reasons.map((reason) => `- ${reason}`),
      '',
      small,
      ...(link ? [link] : []),
      ...(unsubscribe ? ['', `${end}: ${unsubscribe}`] : []),
      '',
    ].join('\n'),
    html: page({ title: said.title, language: texts.language }, [
      image && `<img src="${escape(image)}" alt="" width="160" style="max-width:160px;height:auto">`,
      `<h1 style="font-size:18px;margin:8px 0">${escape(said.title)}</h1>`,
      `<p style="font-size:22px;margin:8px 0"><strong>${escape(said.price)}</strong></p>`,
      facts.length > 0 ? `<p>${facts.map(escape).join('<br>')}</p>` : undefined,
      list(said.reasons),
      link && `<p><a href="${escape(link)}" rel="noreferrer">${escape(texts.say('button.buy'))}</a></p>`,
      `<p style="color:#555;font-size:12px">${escape(small)}</p>`,
      unsubscribe && `<p style="font-size:12px"><a href="${escape(unsubscribe)}">${escape(end)}</a></p>`,
    ]),
  };
}
