import { currencyNamed } from './currency-names.ts';
import { saysOnly } from './intents-by-meaning.ts';
import { whole } from './spoken-text.ts';

/* What people want set: times of quiet, language, currency, least score. */

const clock = String.raw`(?:\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|uhr|h|o'clock|baje|bje|wib)|(?:jam|pukul|um|ab|nach|vor|raat|subah|at|after|before|past)\s\d{1,2}(?:[:.]\d\d)?(?:\s?(?:am|pm|uhr|baje|malam|pagi))?|midnight|mitternacht|noon|tengah malam|aadhi raat|bedtime)`;

const clockRange = whole(
  String.raw`${clock}\s?(?:-|to|until|till|bis|sampai|hingga|se|and|und|dan)\s?\d{1,2}(?:[:.]\d\d)?`,
);

export const clocks = new RegExp(String.raw`(?<![\p{L}\p{N}])${clock}(?![\p{L}\p{N}])`, 'giu');

export const clocksIn = (text: string): number =>
  clockRange.test(text) ? 2 : (text.match(clocks)?.length ?? 0);

export const pastThat = whole(
  String.raw`after|before|past|nach|vor|ab|setelah|sesudah|lewat|sebelum|di atas|(?:ke )?baad|(?:se |ke )?pehle`,
);

export const quiet = whole(
  String.raw`mute|silent|silence|quiet|ruhe|stumm|leise|senyap|hening|dnd|do not disturb|nicht stören|jangan ganggu|shant\p{L}*|chup`,
);

export const partOfDay = whole(
  String.raw`(?:only|just|nur|hanya|cuma|sirf|bas)(?!\p{L}).{0,40}(?:during the day|in the day|daytime|by day|on weekdays|on weekends|tagsüber|am tag|werktags|siang hari|din (?:me|mein|ko))`,
);

export const scoreLimit = whole(
  String.raw`(?:only|just|nur|nur noch|hanya|cuma|sirf|bas|hide|skip|ignore|minimum|min|mindestens)(?!\p{L}).{0,50}?(?<!\p{L})(?:scores?|bewertung(?:en)?|punkte[n]?|rating|skor|nilai|deal ?score)(?!\p{L}).{0,30}?\d{1,3}`,
);

const language = String.raw`(?:bahasa )?(?:english|englisch\p{L}*|inggris|angrezi|german|deutsch\p{L}*|jerman|hindi|indonesian?|indonesisch|french|französisch|prancis|spanish|spanisch|spanyol|bahasa)`;

const languages = whole(language);

const speaking = whole(
  String.raw`switch|change|set|use|speak|talk|reply|answer|write|respond|stell|stelle|stellen|umstellen|wechs\p{L}*|umschalten|sprich|rede|red|schreib|antworte\p{L}*|ganti|ubah|pakai|pake|bicara|ngomong|jawab|balas|bolo|baat|likho|badlo|badal|kar do|kardo|karo|kar de|kar dijiye|language|sprache|bahasa|bhasha|zubaan|please|bitte|tolong`,
);

const wordsOfSpeaking =
  /(?<!\p{L})(?:switch|change|set|use|speak|talk|reply|answer|write|respond|lets|let's|messages?|texts?|everything|bot|stell\p{L}*|umstellen|um|wechs\p{L}*|wechsle|umschalten|sprich|rede|red|schreib|schreibe|antworte\p{L}*|nachrichten|ganti|ubah|pakai|pake|bicara|ngomong|jawab|balas|bolo|baat|likho|badlo|badal|kar|karo|kardo|de|dijiye|language|sprache|bahasa|bhasha|zubaan|to|in|into|auf|zu|zur|nach|ke|mein|me|main|with|mit|dengan|over|the|die|das|instead|lieber|from|on|ab)(?!\p{L})/giu;

const pricing = whole(
  String.raw`prices?|preise?|harga\p{L}*|amounts?|beträge|currency|währung|mata uang|daam|keemat|display|convert|umrechnen|rechne`,
);

const wordsOfPricing =
  /(?<!\p{L})(?:all|the|show|list|display|convert|give|display|see|prices?|preise?|harga\p{L}*|amounts?|beträge|currency|währung|mata uang|daam|keemat|to|in|into|as|auf|ke|mein|me|dalam|tampilkan|zeig\p{L}*|dikhao|umrechnen|rechne|um|set|use|my|meine|bitte)(?!\p{L})/giu;

export const night = whole(
  String.raw`at night|overnight|during the night|nachts|in der nacht|nachtruhe|tengah malam|malam-malam|malam hari|malam|malem-malem|raat ko|raat me|raat mein|raat bhar|while i sleep|wenn ich schlafe|sleeping hours`,
);

export const disturbing = whole(
  String.raw`wake|disturb|ping|message|messages|text|bother|bug|buzz|alerts?|notify|notifications?|contact|stör\p{L}*|weck\p{L}*|schreib\p{L}*|meld\p{L}*|nachricht(?:en)?|benachrichtig\p{L}*|chat|ganggu|kirim|bangunin|hubungi|notif\p{L}*|pareshan|jagao|jagana|msg|alert`,
);

export const setsLanguage = (text: string): boolean =>
  languages.test(text) && speaking.test(text) && saysOnly(text.replaceAll(wordsOfSpeaking, ' '), languages);

export function setsCurrency(text: string): boolean {
  if (!pricing.test(text) || /\d/u.test(text)) return false;
  const rest = text.replaceAll(wordsOfPricing, ' ');
  const named = (rest.match(/\p{L}+|[€£₹¥$]/gu) ?? []).filter((word) => currencyNamed(word) !== null);
  return named.length === 1 && saysOnly(rest.replace(named[0]!, ' '));
}
