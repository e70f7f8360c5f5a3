import { brands } from './brands.ts';
import { categoryWords } from './categories.ts';
import { meanings as m } from './meanings.ts';
import { alertNoun } from './parts-of-watches.ts';
import { whole } from './spoken-text.ts';

/* What people ask: why, whether a discount is real, which of two. */

const has = (text: string, ...all: readonly RegExp[]): boolean => all.every((pattern) => pattern.test(text));

const ofDeals = String.raw`discounts?|deals?|offers?|prices?|sale|bargain|rabatt\p{L}*|angebot\p{L}*|preis\p{L}*|schnäppchen|prozent|percent|%|diskon\p{L}*|promo\p{L}*|harga\p{L}*|daam|chhoot|chhut`;

export const dealNoun = whole(ofDeals);

const truth = whole(
  String.raw`real|really|legit|genuine|fake|faked|true|honest|trustworthy|echte?[rs]?|wirklich|tatsächlich|gelogen|fake|seriös|asli|palsu|bohong|beneran|sungguhan|sach|sachchi|asal|nakli|jhooth\p{L}*|jhuth\p{L}*`,
);

const asksWhy = whole(
  String.raw`why|how come|warum|wieso|weshalb|weswegen|kenapa|mengapa|knp|kyun|kyu|kyon|kyo`,
);

const scoreNoun = whole(
  String.raw`scores?|ratings?|bewertung(?:en)?|punktzahl|punkte|skor\p{L}*|nilainya|points`,
);

const origin = whole(
  String.raw`how|where|reason|why|wie|woher|warum|wodurch|grund|bedeute\p{L}*|means?|mean|dari mana|gimana|bagaimana|kenapa|alasan\p{L}*|artinya|maksudnya|kaise|kahan se|kyu|kyun|matlab`,
);

export const useOfIt = whole(
  String.raw`(?:explain|erklär\p{L}*|jelas\p{L}*|samjha\p{L}*|show|zeig\p{L}*|tell|sag|bata\p{L}*) (?:\p{L}+ )?(?:how|wie|cara|kaise|caranya) .{0,30}(?:use|works?|functions?|benutz\p{L}*|funktionier\p{L}*|geht|bedien\p{L}*|pakai\p{L}*|kerja|chal\p{L}*|kaam)`,
);

const knowing = whole(
  String.raw`how do you know|how can you tell|woher wei(?:ß|ss)t|dari mana (?:kamu )?tahu|dari mana tau|kaise pata|what makes (?:this|it|that) (?:a |an |such )?(?:good|great|bad)`,
);

const dear = whole(
  String.raw`expensive|pricey|teuer|teurer|gestiegen|mahal|naik|mehenga|mehnga|badh\p{L}*|went up|gone up|go up|increase\p{L}*`,
);

/** Whether a discount is real, why a deal is one, where a score comes from. */
export const explains = (text: string): boolean =>
  has(text, dealNoun, truth) ||
  knowing.test(text) ||
  (asksWhy.test(text) && [dealNoun, scoreNoun, alertNoun, m.cheap, dear].some((noun) => noun.test(text))) ||
  (has(text, scoreNoun, origin) && !/\d/u.test(text));

export const stands = whole(
  String.raw`stacks? up|measures? up|hold\p{L}* up|compares? (?:to|with)|next to each other|head to head|nebeneinander|gegenüber|im vergleich|differen(?:ce|ces|t)|diff|unterschied\p{L}*|beda\p{L}*|perbedaan|far[ak]k?|far[qk]|antar|put .{1,60} next to .{1,40}|lined? up .{1,60} (?:with|against)`,
);

export const twoNamed =
  /\S\s(?:and|or|vs\.?|und|oder|dan|atau|sama|aur|ya|to|against|next to|btw|between|with|mit|gegen|dengan)\s\S/iu;

export const asksForAny = whole(
  String.raw`kaunsa|kaunsi|konsa|konsi|kaun sa|kaun si|which|welche[rsn]?|suggest|recommend|best|badhiya|empfiehl|empfehlen|rekomendasi`,
);

const rivals = /^(.{2,40}?)\s(?:or|oder|atau|ya|apa|gegen|against|dibanding(?:kan)?|versus)\s(.{2,40})$/iu;

const goods = new Set(categoryWords());

/** "lg c4 or samsung s90d": two models, each of a brand. */
export function namesRivals(text: string): boolean {
  const sides = rivals.exec(text)?.slice(1) ?? [];
  return (
    sides.length === 2 &&
    sides.every(
      (side) =>
        /\d/u.test(side) &&
        side
          .toLowerCase()
          .split(/[^\p{L}]+/u)
          .some((word) => brands.has(word) || goods.has(word)),
    )
  );
}
