import { type Amount, findAmounts, roundedToCents } from './amounts.ts';

/** What a sentence may cost, in units of its currency, and where the sentence says so. */
export interface Budget {
  minPrice: number | null;
  maxPrice: number | null;
  currency: string | null;
  /** Words about money stand beside the number, so it is no guess. */
  isSure: boolean;
  spans: readonly { start: number; end: number }[];
}

type Bound = 'min' | 'max' | 'about' | 'not';

const filler = String.raw`(?:[\s:=]+(?:of|a|an|the|about|price|preis|harga|only|nur|just|is|ist|rate|pay|spend|mit|etwa|ca\.?|sekitar|around|maximal|maks|max))*[\s:=]*$`;
/** A blank is any white space, and ` ?` none or any. */
const spaced = (words: string): string =>
  words.replaceAll(' ?', String.raw`\s*`).replaceAll(' ', String.raw`\s+`);
const cue = (words: string): RegExp =>
  new RegExp(String.raw`(?:(?<![\p{L}\p{N}])(?:${spaced(words)})${filler})`, 'iu');

const cuesBefore: readonly (readonly [Bound, RegExp])[] = [
  ['not', cue('by|um|sebesar|save|saved|off|id|model|version|no|nr|art|typ|type')],
  ['about', cue('around|about|approx\\.?|aprox\\.?|like|near|close to|somewhere around|in the region of|in the ballpark of|in etwa|ungefaehr|kurang lebih|plus minus|taqriban|takriban|approximately|roughly|circa|ca\\.?|etwa|ungefähr|so um|um die|so um die|rund|sekitar|kisaran|kira-?kira|lagbhag|karib|taqreeban')],
  ['max', cue(
    [
      "under|undr|undre|unders|untr|uner|sub|below|belo|beneath|less than|lesser than|less then|lower than|cheaper than|cheaper then|up ?to|upto|up till|until|till|at most|atmost",
      "no more than|not more than|no more then|not over|not above|not exceeding|doesn't cost more than|don't cost more than|never more than|no higher than|not higher than|nothing over|nothing above|nothing more than|south of|capped at|cap|price cap|ceiling|within|inside|underneath|max\\.?|maximum|maximal|maximum of|maks\\.?|maksimal|maksimum|limit",
      "budget|my budget|budget of|budget von|budget saya|budget mera|budget around|spend|spend up to|have|got|for|for under|für|at|hits|hit|reaches|touches|costs|gets to|get to|goes to|falls to|fall to|drops to|drop to|dips to|down to|sinks to|comes to|comes down to|reduced to",
      "unter|bis|bis zu|bis max\\.?|höchstens|hoechstens|maximal|weniger als|nicht mehr als|nicht über|nichts über|keinesfalls über|nicht mehr wie|nicht teurer als|billiger als|günstiger als|kleiner als|auf|für unter|zu|bei|kostet|kosten",
      "di ?bawah|dibwh|kurang dari|tidak lebih dari|gak lebih dari|ga lebih dari|nggak lebih dari|jangan lebih dari|paling mahal|paling banyak|paling tinggi|setinggi-?tingginya|lebih murah dari|sampai|hingga|harga|harganya|seharga|turun ke|jadi|menjadi|budget|dana|bawah|mentok|cuma",
      "moins de|jusqu'à|jusque|menos de|por menos de|hasta|até|abaixo de|meno di|fino a|minder dan|onder|tot|do|poniżej|altında|oltre no|kam se kam nahi|zyada se zyada|jyada se jyada|adhiktam",
    ].join('|'),
  )],
  ['min', cue(
    [
      'over|above|more than|north of|no cheaper than|not cheaper than|greater than|at least|atleast|min\\.?|minimum|minimal|from|starting at|starting from|starts at|starting|upwards of|not less than|not under|no less than|not below|higher than|dearer than',
      'ab|über|mehr als|mindestens|von|teurer als|nicht unter|nicht weniger als|di ?atas|lebih dari|mulai|mulai dari|dari|tidak kurang dari|paling murah|paling sedikit|paling rendah|setidaknya|sedikitnya|kam se kam|à partir de|plus de|desde|más de|mínimo|a partir de',
    ].join('|'),
  )],
]; // prettier-ignore
const symbolBefore: readonly (readonly [Bound, RegExp])[] = [
  ['max', /[<≤]\s?=?\s?$/u],
  ['min', /[>≥]\s?=?\s?$/u],
  ['about', /[~≈]\s?$/u],
];
const link = String.raw`^\s*(?:(?:only|hi|ka|ki|ke|price|daam|rate|a|oder|or|und|and|,)\s+)*`;
const after = (words: string): RegExp => new RegExp(`${link}(?:${spaced(words)})(?![\\p{L}\\p{N}])`, 'iu');
/** "100 euros cheaper" is how far it shall fall; "500 or cheaper" is a limit. */
const fallsBy =
  /^\s*(?:cheaper|less expensive|billiger|günstiger|weniger als (?:jetzt|sonst|üblich)|lebih murah(?! (?:dari|dr))|off|discount|rabatt|diskon|reduziert)(?!\p{L})(?!\s\p{Sc}?\d)/iu;
const cuesAfter: readonly (readonly [Bound, RegExp])[] = [
  ['not', after('off|discount|rabatt|diskon|cashback|sparen|points|punkte|reviews|bewertungen|likes')],
  ['max', after('(?:se )?(?:upar|uper|zyada|jyada|zyaada|adhik|mehenga|mehnga) (?:nahi|nahin|na|mat|nhi)|not more|no more|nicht mehr|at the most')],
  ['min', after('se (?:kam|neeche|niche) (?:nahi|nahin|na|mat|nhi)')],
  ['min', after('se upar|se uper|se zyada|se jyada|se zyaada|upar|more|up|above|mehr|aufwärts|ke atas|ke upar|lebih|plus|higher')],
  ['about', after('aas ?paas|ke aas ?paas|ke aaspaas|ke karib|ke lagbhag|ke around|around|ungefähr|roughly|or so|oder so|ish|or thereabouts|give or take|um den dreh|kurang lebih|kira-?kira')],
  ['max', after(
    'less|under|below|lower|max\\.?|maximum|maximal|tops|cheaper|limit|budget|budget max|at most|weniger|höchstens|drunter|darunter|oder drunter|andar|under|neeche|niche|nichey|se kam|se km|kam|se neeche|se niche|se sasta|se saste|tak|tk|bhitar|bheetar|andr|andar andar|ke andar|ke andr|ke under|ke neeche|ke niche|ke bhitar|ke bheetar|ke budget|ka budget|ke bawah|bawah|atau kurang|ke bawah aja|kebawah|wala|wale|wali|mein|me|main',
  )],
]; // prettier-ignore

/** "scores above 80", "bewertung ab 80" */
const namesScore =
  /(?<!\p{L})(?:scores?|deal score|ratings?|bewertung(?:en)?|mindestbewertung|punkte|skor|nilai)(?:\s(?:is|are|of|at|least|above|over|from|to|than|higher|ist|von|ab|über|mindestens|auf|di|atas|minimal|lebih|dari|se|upar)){0,3}\s$/iu;
/** "can't go over 500" and "mehr als 500 will ich nicht ausgeben" name the most, not the least. */
const deniedBefore =
  /(?<!\p{L})(?:\p{L}+n't|cant|wont|dont|cannot|not|never|without|nicht|kein\p{L}*|nie|ohne|jangan|gak|ga|nggak|enggak|tidak|tanpa|nahi|mat)(?:\s\p{L}+){0,3}\s$/iu;
const deniedAfter =
  /^[^\d,.;]{0,40}(?<!\p{L})(?:nicht (?:mehr )?(?:aus|be|hin)?(?:geben|zahlen|legen|kosten)|zu (?:viel|teuer)|is too (?:much|expensive)|nahi (?:de|dunga|kharch|dena|lagana)|kemahalan|terlalu mahal)/iu;
const speaksOfNext =
  /(?:under|below|less|more|max\.?|maximum|maximal|at most|around|ungefähr|höchstens|budget|limit)$/iu;
const nextNumber = /^(?:\s?(?:than|of|zu|is))?[\s:=]*\p{Sc}?(?:\p{L}{1,3}\.?\s?)?\d/u;

const joint = /^\s*(?:-|to|till|until|bis|bis zu|s\/d|sd|sampai|hingga|se|a|à)\s*$/iu;
const jointAfterBetween = /^\s*(?:-|and|to|und|bis|dan|aur|sampai|hingga|se|n|&|y|et)\s*$/iu;
const between = cue('between|zwischen|antara|in between|somewhere between|entre');
const rangeOpening = cue(
  'between|zwischen|antara|from|von|dari|range|budget|price range|preis|harga|kisaran|for|für|ab|entre|de',
);
const rangeClosing = /^\s*(?:ke beech|ke bich|ke darmiyan|tak|range|budget|ke range)/iu;
const namedByNumber =
  /(?<!\p{L})(?:iphone|galaxy|note|pixel|ps|playstation|ipad|series|gen|windows|switch|oneplus|redmi|poco|mi|realme|moto|rtx|gtx|rx|core|ryzen|model|air|pro|fold|flip|xperia|fenix|mark|mk)\s$/iu;
/** Words after which a bare number ends its thought: it can be money. */
const thoughtEnds =
  /^\s*(?:$|[,.;!?)]|-$|(?:with|for|in|and|or|but|on|please|pls|plz|only|max|total|mit|für|und|oder|aber|in|bitte|dengan|untuk|dan|atau|aja|saja|ya|dong|wala|wale|wali|ka|ki|ke|se|tak|mein|me|hai|ho|to|fällt|kostet|sinkt|ist|wird|or|that|which|die|der|das|yang|today|now)(?!\p{L}))/iu;

/** Reads the budget of a sentence; amounts without any word about money count only where they are surely money. */
export function findBudget(text: string): Budget {
  const amounts = findAmounts(text);
  const said: {
    bound: Bound;
    low: number;
    high: number;
    currency: string | null;
    start: number;
    end: number;
    isSure: boolean;
  }[] = [];
  for (let place = 0; place < amounts.length; place += 1) {
    const amount = amounts[place]!;
    const next = amounts[place + 1];
    const range = next && rangeOf(text, amount, next);
    if (range) {
      said.push({ ...range, bound: 'about', isSure: true });
      place += 1;
      continue;
    }
    const read = boundOf(text, amount);
    if (read === undefined || read.bound === 'not') continue;
    const isAbout = read.bound === 'about' || (amount.isAbout && !read.isSure);
    said.push({
      bound: isAbout ? 'about' : read.bound,
      low: isAbout ? roundedToCents(amount.value * 0.9) : amount.value,
      high: isAbout ? roundedToCents(amount.value * 1.1) : amount.value,
      currency: amount.currency,
      start: read.start,
      end: read.end,
      isSure: read.isSure,
    });
  }
  const counted = said.some(({ isSure }) => isSure) ? said.filter(({ isSure }) => isSure) : said.slice(-1);
  const lowest = counted.findLast(({ bound }) => bound !== 'max');
  const highest = counted.findLast(({ bound }) => bound !== 'min');
  return {
    minPrice: lowest?.low ?? null,
    maxPrice: highest?.high ?? null,
    currency: counted.findLast(({ currency }) => currency !== null)?.currency ?? null,
    isSure: counted.some(({ isSure }) => isSure),
    spans: counted.map(({ start, end }) => ({ start, end })),
  };
}

/** Two amounts as one range; "40 and 50k" are both thousands. */
function rangeOf(
  text: string,
  first: Amount,
  second: Amount,
): { low: number; high: number; currency: string | null; start: number; end: number } | undefined {
  const middle = text.slice(first.end, second.start);
  const opening = text.slice(Math.max(0, first.start - 40), first.start);
  const isBetween = between.test(opening);
  if (!(isBetween ? jointAfterBetween : joint).test(middle)) return undefined;
  const isScaled = second.hasMagnitude && !first.hasMagnitude && first.unscaled < second.unscaled;
  const low = isScaled ? roundedToCents((first.unscaled * second.value) / second.unscaled) : first.value;
  if (low >= second.value) return undefined;
  const ending = text.slice(second.end);
  const open = (isBetween ? between : rangeOpening).exec(opening);
  const close = rangeClosing.exec(ending);
  const isMoney = [first, second].some(({ kind, hasMagnitude }) => kind === 'sure' || hasMagnitude);
  // "iphone 13 bis 400 €" is no range: 13 names the product.
  const isName = first.kind === 'plain' && (low * 10 < second.value || namedByNumber.test(opening));
  if (open === null && isName) return undefined;
  const looksLikePrices = low >= 50 && thoughtEnds.test(ending) && !/\d\s*$/u.test(opening);
  if (!isMoney && open === null && close === null && !looksLikePrices) return undefined;
  return {
    low,
    high: second.value,
    currency: second.currency ?? first.currency,
    start: first.start - (open ? opening.length - open.index : 0),
    end: second.end + (close?.[0].length ?? 0),
  };
}

function boundOf(
  text: string,
  amount: Amount,
): { bound: Bound; start: number; end: number; isSure: boolean } | undefined {
  const opening = text.slice(Math.max(0, amount.start - 48), amount.start);
  const ending = text.slice(amount.end, amount.end + 40);
  if (namesScore.test(opening)) return undefined;
  // Of several cues the longest one speaks: "starting at" is no "at".
  const cues = [...symbolBefore, ...cuesBefore].flatMap(([bound, pattern]) => {
    const match = pattern.exec(opening);
    return match ? [{ bound, index: match.index, said: match[0].trim().toLowerCase() }] : [];
  });
  if (fallsBy.test(ending) && !cues.some(({ said }) => isLimit.test(said))) return undefined;
  const [longest] = cues.toSorted((left, right) => left.index - right.index);
  if (longest && mayBeMoney(amount, longest.said, opening.slice(0, longest.index), ending)) {
    const { bound, index } = longest;
    const isDenied =
      bound === 'min' && (deniedBefore.test(opening.slice(0, index)) || deniedAfter.test(ending));
    return {
      bound: isDenied ? 'max' : isRoughly.test(longest.said) ? 'about' : bound,
      start: amount.start - (opening.length - index),
      end: amount.end + trailing(ending),
      isSure: true,
    };
  }
  for (const [bound, pattern] of cuesAfter) {
    const match = pattern.exec(ending);
    // "lego 10294 under £450": the word belongs to what follows it.
    if (!match || (speaksOfNext.test(match[0]) && nextNumber.test(ending.slice(match[0].length)))) continue;
    if (amount.kind === 'plain' && amount.value < 20) break;
    if (
      amount.kind === 'plain' &&
      /(?:wala|wale|wali|mein|me|main|more|up|plus|higher)$/iu.test(match[0]) &&
      amount.value < 500
    )
      break;
    return { bound, start: amount.start, end: amount.end + match[0].length, isSure: true };
  }
  if (/^\+(?!\d)/u.test(ending) && amount.kind === 'sure')
    return { bound: 'min', start: amount.start, end: amount.end + 1, isSure: true };
  if (amount.kind === 'sure') return { bound: 'max', start: amount.start, end: amount.end, isSure: false };
  if (amount.kind === 'weak' && amount.currency !== null && thoughtEnds.test(ending))
    return { bound: 'max', start: amount.start, end: amount.end, isSure: false };
  // "ps5, 18k": alone after a comma it is no karat and no resolution.
  if (amount.kind === 'weak' && /,\s*$/u.test(opening) && /^\s*$/u.test(ending))
    return { bound: 'max', start: amount.start, end: amount.end, isSure: false };
  const isRound = amount.kind === 'plain' && amount.value >= 5_000 && amount.value % 1_000 === 0;
  if (isRound && /^\s*$/u.test(ending) && !/power ?bank|battery|mah|ssd/iu.test(text))
    return { bound: 'max', start: amount.start, end: amount.end, isSure: false };
  return undefined;
}

const isLimit = /^(?:under|below|unter|bis|less than|less then|di ?bawah|max\.?|at most|up ?to)/u;
/** "for around 500": a price that one would pay is no limit. */
const isRoughly = /^(?:for|für|untuk|preis|harga|kostet|kosten) ?(?:etwa|ca\.?|sekitar|around|about)/u;

/** "max" in "iphone 15 pro max 512" is a name; "from 2023" is a year; "for 2" is for two. */
function mayBeMoney(amount: Amount, said: string, earlier: string, ending: string): boolean {
  if (amount.kind !== 'plain') return true;
  if (/^max/u.test(said) && /(?:pro|air|mi|promax|watch)\s$/iu.test(earlier)) return false;
  if (
    /^(?:from|ab|von|dari|mulai dari|bis|desde|de)$/u.test(said) &&
    amount.value >= 1950 &&
    amount.value <= 2035
  )
    return false;
  if (/^(?:for|für|have|got|at|auf|zu|do|tot|a|à|hit|hits|jadi|cuma)$/u.test(said) && amount.value < 20)
    return false;
  // "waiting for the 4090" names it.
  if (/^(?:for|at)\s.*\bthe$/u.test(said)) return false;
  if (amount.value < 20) return thoughtEnds.test(ending);
  return true;
}

/** "less than 500 max", "unter 500 euro maximal": what is said again. */
const trailing = (ending: string): number =>
  /^\s*(?:max\.?|maximum|maximal|or less|oder weniger|budget|ke andar|only|aja|saja)(?!\p{L})/iu.exec(
    ending,
  )?.[0].length ?? 0;
