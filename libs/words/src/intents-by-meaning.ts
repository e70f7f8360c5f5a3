import type { Intent } from './intents.ts';
import { meanings, particles } from './meanings.ts';
import { fillerWords } from './product.ts';
import { phrases } from './spoken-text.ts';

/** What was recognised besides: a sentence that names a product is no chat. */
export interface Named {
  hasProduct: boolean;
  hasBudget: boolean;
}

const empty = phrases(
  [
    ...fillerWords,
    ...particles.split(/[,\s]+/u).filter(Boolean),
    ...`this that up here now yet ab abhi my your mine sent keep us products product items item things thing stuff whole entire going gonna wanna
    want more every single each currently nothing produkte produkt artikel sachen ding dinge du dir mich mir ihr euch eigentlich gerade jetzt auch
    barang produk item kamu kau aku saya gue gua lu lo anda aja saja semuanya cheez cheezein cheeze saman main hum tum aap humne mein ho rahe raha rahi hua hui
    kya kar karte karo do de dena diya kr mil mila milta milti milega sare saare saari sari saara kaun kaunsa kaunsi kaunse konsa konse konsi is us isme se ka ki ke lagi laga lage sind seid bist deine dein deiner don't dont does money geld uang duit paisa paise through with thanks much how many wie viel viele wieviel berapa kitna kitne kitni`
      .split(/\s+/u)
      .filter(Boolean),
  ],
  'giu',
);

/** What "you're" has beside "you". */
const contraction = /(?<=\p{L})'(?:re|s|ve|m|d|ll|t)(?!\p{L})/giu;

/** Whether a text says nothing beyond these meanings, courtesies and words without weight. */
export const saysOnly = (text: string, ...said: readonly RegExp[]): boolean => {
  const rest = said.reduce((left, pattern) => left.replaceAll(new RegExp(pattern.source, 'giu'), ' '), text);
  return !/\p{L}/u.test(rest.replaceAll(contraction, '').replaceAll(empty, ' '));
};

/** Whether what is left over of a sentence are words of commands, and no product. */
export const namesNothing = (text: string): boolean => saysOnly(text, ...Object.values(meanings));

const has = (text: string, ...all: readonly RegExp[]): boolean => all.every((pattern) => pattern.test(text));

const questionFirst =
  /^(?:(?:hey|ok|so|und|dan|aur|souk|please|bitte|tolong|bhai|abhi|right now|currently),?\s+)*(?:what|which|how many|was|welche[snr]?|wie viele|apa|berapa|barang apa|produk apa|kya|kaun|kitne|kitni|show|list|display|zeig\p{L}*|liste|lihat|tampilkan|tunjukkan|dikhao|mere|meri)(?!\p{L})/iu;
const yesOrNo =
  /^(?:\p{L}[\p{L}\p{N}-]*\s){0,4}?[\p{L}\p{N}-]*(?:\d|\p{L})[\p{L}\p{N}-]*\s(?:or|oder|atau|ya)\s(?:the |das |die |den )?[\p{L}\p{N}-]+(?:\s[\p{L}\p{N}-]+){0,3}\s?\?+$/iu;
export const why =
  /^(?:\p{L}+,?\s){0,2}(?:why|how come|warum|wieso|weshalb|weswegen|kenapa|mengapa|kyun|kyu|kyon)(?!\p{L})/iu;
/** "who won the match?" */
const aboutSomebody = /^(?:who|whom|whose|wer|wem|wen|siapa)\s/iu;
const choice = /\S\s(?:or|oder|atau|ya|\/)\s\S/iu;
const severalNamed = /\s(?:and|und|dan|aur|&|vs|against|gegen)\s/iu;
const sideBySide =
  /(?<!\p{L})(?:side by side|head to head|stacks? up against|hold up against|nebeneinander|gegeneinander|berdampingan|against each other|how do(?:es)? .{1,40} compare)(?!\p{L})/iu;
const alertWord = meanings.alert.source;
/** "quit pinging me about the airfryer" */
const enoughOfIt = new RegExp(
  String.raw`(?<!\p{L})(?:stop|quit|cease|no more|enough|keine|hör auf|schluss mit|berhenti|jangan|gak usah|ga usah|tidak usah|stopin|hapusin|matiin)\s(?:\p{L}+\s){0,2}${alertWord}`,
  'iu',
);
const dismissed =
  /^(?:(?:ok|okay|please|pls|bitte|tolong|just|so|and|then|nah)[,\s]+)*(?:(?:forget|drop|scrap|ditch|kill|delete|remove|cancel|dump) (?:about |the |my |this |that |it(?!\p{L})|all )|vergiss |streich\p{L}* |lösch\p{L}* |entfern\p{L}* |hapus |hapusin |batalin |batalkan |lupakan |bhool ja\p{L}* )/iu;
const clock = String.raw`\d{1,2}(?::\d\d|\.\d\d(?=\s?uhr))?\s?(?:am|pm|uhr|h|o'clock|baje|malam|pagi)?`;
const nightly = new RegExp(
  String.raw`(?<!\p{L})(?:no|keine|don't|dont|mute|silent|silence|quiet|stumm|ruhe|nicht|jangan|tidak|mat|nahi|only|nur|hanya)(?!\p{L}).{0,40}?(?<!\d)${clock}\s?(?:-|and|to|until|till|und|bis|sampai|dan|se|aur)\s?${clock}`,
  'iu',
);
/** "no messages after 10 pm" wants quiet, and no end of it. */
const afterHours =
  /(?<!\p{L})(?:no|keine|don't|dont|do not|jangan|mat|tidak usah)(?!\p{L}).{0,40}?(?<!\p{L})(?:(?:after|before|nach|vor|setelah|sebelum)\s\d{1,2}(?::\d\d)?\s?(?:am|pm|uhr|o'clock|malam)?(?=[\s.!]*$)|malam hari|malam-malam|tengah malam|raat (?:ko|mein))/iu;
const isTime = /\d\s?(?:am|pm|uhr|o'clock|baje|:\d\d)(?!\p{L})/iu;
const labelled = /^(?:price )?(?:alert|alarm|watch|track|notify|preisalarm|pantau)\s?[:!-]\s?\S/iu;

/**
 * What the meanings in a sentence come to, whatever their order: the words that the rules of `intents.ts` are not
 * written for. These rest on what is *not* said as well, so a product in the sentence rules most of them out.
 */
export function intentByMeaning(text: string, { hasProduct, hasBudget }: Named): Intent | undefined {
  const m = meanings;
  if (labelled.test(text)) return 'watch';
  if (why.test(text)) return undefined;
  if (nightly.test(text) && isTime.test(text)) return 'settings';
  if (afterHours.test(text)) return 'settings';
  if (!hasProduct && !hasBudget) {
    if (questionFirst.test(text) && has(text, m.tracked) && saysOnly(text, m.tracked, m.asked))
      return 'watches';
    if (has(text, m.reason) && saysOnly(text, m.reason, m.alert, m.turnedOn, m.deal)) return 'explain';
    if (has(text, m.howTo, m.alert) && !has(text, m.conditional)) return 'help';
    if (has(text, m.later, m.reminded) && !has(text, m.conditional)) return 'snooze';
    if (has(text, m.silence, m.meanwhile) && saysOnly(text, m.silence, m.meanwhile, m.alert)) return 'pause';
    if (has(text, m.onceMore, m.turnedOn) && saysOnly(text, m.onceMore, m.turnedOn, m.alert)) return 'resume';
    if (has(text, m.enough, m.alert) && saysOnly(text, m.enough, m.alert)) return 'stop';
    if (has(text, m.saved, m.period) && saysOnly(text, m.saved, m.period, m.deal)) return 'savings';
    if (has(text, m.help) && saysOnly(text, m.help)) return 'help';
    if (has(text, m.thanks) && saysOnly(text, m.thanks, m.hello)) return 'greeting';
    // "hai" greets in Indonesian, and is "is" in Hindi.
    if (has(text.replaceAll(/(?<=\S\s)hai(?!\p{L})/giu, ' '), m.hello) && saysOnly(text, m.thanks, m.hello))
      return 'greeting';
    if (has(text, m.smalltalk) || aboutSomebody.test(text)) return 'unknown';
  }
  if (hasBudget) return undefined;
  if (enoughOfIt.test(text) || dismissed.test(text)) return 'stop';
  if (yesOrNo.test(text) || (sideBySide.test(text) && severalNamed.test(text))) return 'compare';
  if (hasProduct && choice.test(text) && has(text, m.deciding)) return 'compare';
  return undefined;
}

/** A wish for whatever is cheap now, when no rule heard more in the sentence and it names no price. */
export const wantsDeals = (text: string, { hasBudget }: Named): boolean =>
  !hasBudget && meanings.deal.test(text);
