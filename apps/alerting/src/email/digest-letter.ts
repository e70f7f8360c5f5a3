import type { ProductCard } from '../cards/card.ts';
import type { Reply } from '../conversation/reply.ts';
import type { Texts } from '../texts/texts.ts';
import { escape, type Letter, oneLine, page } from './email-text.ts';

const MAX_SUBJECT = 150;

/** An answer of texts and lists as a mail; its first text is the subject. */
export function replyLetter(
  { blocks }: Reply,
  cards: readonly ProductCard[],
  texts: Texts,
  unsubscribe: string | undefined,
): Letter {
  const cardOf = new Map(cards.map((card) => [card.productId, card]));
  const parts = blocks.flatMap((block): { text: string; link?: string }[] => {
    if (block.kind === 'text') return [{ text: texts.write(block.text) }];
    if (block.kind !== 'list') return [];
    const items = block.items.flatMap(({ productId }) => {
      const card = productId === null ? undefined : cardOf.get(productId);
      if (!card) return [];
      const facts = [
        card.title,
        card.price && texts.money(card.price),
        card.score && `${texts.number(card.score.value)}/100`,
      ].filter((fact) => fact !== null);
      const isLink = card.url !== null && /^https?:\/\//i.test(card.url);
      return [{ text: facts.join(' · '), ...(isLink && { link: card.url! }) }];
    });
    return [{ text: texts.write(block.title) }, ...items];
  });
  const [title] = parts;
  const end = texts.say('mail.end');
  return {
    subject: oneLine(title?.text ?? 'Souk', MAX_SUBJECT),
    text: [
      ...parts.map(({ text, link }) => (link ? `${text}\n${link}` : text)),
      ...(unsubscribe ? [`${end}: ${unsubscribe}`] : []),
      '',
    ].join('\n\n'),
    html: page({ title: title?.text ?? 'Souk', language: texts.language }, [
      ...parts.map(({ text, link }) =>
        link
          ? `<p><a href="${escape(link)}" rel="noreferrer">${escape(text)}</a></p>`
          : `<p>${escape(text)}</p>`,
      ),
      unsubscribe && `<p style="font-size:12px"><a href="${escape(unsubscribe)}">${escape(end)}</a></p>`,
    ]),
  };
}
