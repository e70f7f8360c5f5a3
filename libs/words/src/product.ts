import { brands } from './brands.ts';
import { lowered, phrases } from './spoken-text.ts';

/** Words around a product that are not part of its name. */
export const fillerWords: readonly string[] =
  `please pls plz can could would will you i i'm im am is are was be me my we us our it its this that these those the a an
  some any find finding search searching look looking for show see get got buy buying purchase want wanna need needs like
  recommend recommendation suggest suggestion suggestions give help cheap cheapest best good decent great nice top really
  very ideas idea something anything everything available there here do does have has hi hello hey ok of which what whats
  what's who should to know let tell notify alert alerts alarm ping inform message remind when whenever once if as soon than
  drops drop dropped dropping falls fall fell goes go gets comes come hits reaches price prices priced deal deals sale stock
  back in on at now right watch watching track tracking keep eye posted updated list watchlist add stop pause resume snooze
  delete remove cancel compare comparison versus vs between difference better and or with from budget max maximum min
  minimum only today todays today's week month day also just thanks thank heard why did didn't havent haven't not nothing
  anymore anything about more less under below over cheaper costs cost money somewhere quality value affordable one ones
  so but by store shop online us
  ich suche such suchen bitte kannst könntest du mir mich mal ein eine einen einem einer eines der die das den dem des zeig
  zeige zeigen finde finden brauche möchte will kaufen kauf gerne gern günstig günstige günstiger günstiges günstigen billig
  billige billiger billiges gut gute guter gutes guten beste bester bestes besten gibt es habt ihr hast welche welcher welches
  welchen was ist sind sag bescheid wenn sobald falls fällt sinkt kostet kosten melde melden dich benachrichtige benachrichtigen
  informiere preisalarm beobachte beobachten beobachtung behalte auge im unter für und oder mit von auf zu zum zur nicht mehr
  noch wieder lieferbar preis billiger günstigstes neu vergleiche vergleich vergleichen unterschied zwischen besser hallo ja
  bis maximal alle alles lösche beende pausiere alarm warum kam kein keine angebote schnäppchen budget etwa dass wird werden sie
  cari carikan cariin mencari tolong mohon bisa saya aku mau ingin butuh beli yang untuk dengan dan atau di ke dari ini itu
  ada apa apakah harga harganya murah termurah terbaik bagus rekomendasi rekomendasikan kabari kabarin beri tahu beritahu kasih
  tau tahu kalau jika saat turun ingatkan pantau pantauan stok lagi bandingkan perbedaan mana lebih bagusan sama berhenti hapus
  alarm maks maksimal budget dong ya nih aja saja sih kamu anda notifikasi tidak kenapa sampai sebuah buat
  mujhe muje mera meri mere hume ek accha acha achha acchi achi acche achhe sasta saste sasti chahiye chaahiye chahie dikhao
  dikha do dena batao batana bata bataiye batayein hai hain ho ka ki ke ko se wala wale wali koi jab agar to tab ye yeh woh
  wo is us jaye jae aaye aae kam mein me par aur ya kaun kaunsa kaunsi sa si behtar karo kar karna suggest lena kharidna
  khareedna daam price alert hatao hata kyun nahi aaya bhi tak andar
  u hi how after wake gets told again bargains bargain around reckon mate bro lol guys know dear
  gib meld erinner hör mach lösch brauch zeigt schau such's gerade heute preise suchst hätte hätt gern günstige fürs uni erschwinglich
  don't doesn't won't can't isn't couldn't wouldn't recommendations ideally spend fancy ever dips dip returns follow buzz similar
  irgendwo irgendwas ausgeben empfehlenswert lohnt sich eher lieber schreib meldest adakah mending mendingan sekarang udah infoin restock
  dono kitne kitna raha rahi rahe dikhana jaise badhiya badiya kalo klo bila sudah udah belum carikan cariin dapat dapatkan dapet yuk kak gan berapa promo diskon diskonan obral buruan yg dgn utk
  dhundo dhundho dhoondo dekho dekhna lagao laga bhejo bhejna bhej girne girna gire neeche niche yaar yar bhai dost kya keemat kimat
  rakhna rakho nazar pe iska uska iski dijiye liye aaj abhi bechna kaha kahan milega`
    .split(/\s+/u)
    .filter(Boolean);
/** With what is short for "is" or "has", which would be left over alone. */
const fillers = new RegExp(`${phrases(fillerWords).source}(?:'(?:s|ve|d|re|ll|m|t)(?!\\p{L}))?`, 'giu');
/** Names that hold a word of the list: "air max", "smart watch", "galaxy tab". */
const keptTogether = new RegExp(
  String.raw`(?<=(?<!\p{L})(?:air|pro|reno|promax|airpods|mi)\s)max(?!\p{L})|(?<=(?<!\p{L})(?:smart|wrist|sports?|fitness|galaxy|pocket|digital|analog|${[...brands].join('|')})\s)watch(?!\p{L})|(?<=galaxy\s)tab(?!\p{L})`,
  'giu',
);
/** A letter that no filler holds, put behind a word to keep it. */
const KEPT = 'ǁ';
/** In a sentence about watches or about what was shown these name nothing, as they would in a product. */
const deedFillers = phrases(
  `all alerts everything every both two them ones watches messages notifications tracker trackers off for until till while
  tomorrow tonight later again next monday tuesday wednesday thursday friday saturday sunday days hours weeks months hour
  bit time nothing side head turn put hold
  beide beiden alles benachrichtigungen nachrichten preisalarme alarme beobachtungen beobachtest pausieren löschen morgen
  später nochmal tage tagen stunden wochen woche nichts warum wieso mehr bitte zur
  semua semuanya kedua keduanya pemberitahuan pesan nanti besok hari jam jeda tunda alarm saya
  sab sabhi dono inko in kal baad din band pause rok rokna yaad dilana mein karo`
    .split(/\s+/u)
    .filter(Boolean),
  'giu',
);
/** What follows describes the product: its features say that already. */
const description =
  /(?<![\p{L}\p{N}])(?:with|having|featuring|that has|that have|which has|mit|dengan|yang punya|jisme|for under)(?![\p{L}\p{N}]).*$/iu;
/** A number of a measure is a feature, and no name. */
const measures =
  /(?<![\p{L}\p{N}])\d+(?:[.,]\d+)?[\s-]?(?:gb|tb|hz|mah|mp|megapixel|inch(?:es)?|zoll|inci|watt|w|kg|cm|mm|btu|liter|litre|"|″)(?:\s?(?:ram|ssd|hdd|nvme))?(?![\p{L}\p{N}])/giu;

/** Parts of a comparison. */
const apart =
  /\s(?:vs\.?|versus|v\/s|and|und|dan|aur|or|oder|atau|with|mit|sama|than|als|ya|ki|to|,)\s|,\s?/iu;
const MOST_PRODUCTS = 6;

/** A text without the parts of other meaning: what is cut becomes a blank. */
export function without(text: string, spans: readonly { start: number; end: number }[]): string {
  return spans
    .toSorted((left, right) => right.start - left.start)
    .reduce((result, { start, end }) => `${result.slice(0, start)} ${result.slice(end)}`, text);
}

/** What is left of a sentence when everything but the product is taken away; null where nothing is. */
export function productIn(text: string, isGpuFeature: boolean): string | null {
  const named = bare(text.replace(description, ' '), isGpuFeature);
  return named ?? bare(text, isGpuFeature);
}

/** The same for what is said of watches and of what was shown: "pause all alerts for 3 days" names no product. */
export const productOfDeed = (text: string): string | null =>
  bare(text.replaceAll(deedFillers, ' ').replaceAll(/(?<![\p{L}\p{N}])\d{1,2}(?=\s*$|\s\s)/gu, ' '), false);

/** What is compared, at least two; else nothing. */
export function productsIn(text: string): string[] {
  const plain = text.replace(
    /^.*?(?<!\p{L})(?:between|zwischen|better|besser)(?!\p{L})\s?[:,]?/iu,
    (opening) => (/better than|besser als/iu.test(text) ? opening : ''),
  );
  const named = plain.split(apart).flatMap((part) => bare(part, false) ?? []);
  return named.length < 2 ? [] : [...new Set(named)].slice(0, MOST_PRODUCTS);
}

function bare(text: string, isGpuFeature: boolean): string | null {
  const plain = lowered(text);
  const withoutMeasures = plain
    .replaceAll(measures, ' ')
    .replaceAll(
      isGpuFeature ? /(?<!\p{L})(?:rtx|gtx|rx)[\s-]?\d{3,4}(?:\s?(?:ti|super|xt))?/giu : /$^/gu,
      ' ',
    );
  return trimmed(withoutMeasures) ?? trimmed(plain);
}

function trimmed(text: string): string | null {
  const words = text
    .replaceAll(keptTogether, `$&${KEPT}`)
    .replaceAll(fillers, ' ')
    .replaceAll(KEPT, '')
    .replaceAll(/[^\p{L}\p{N}\p{M}\s.+&'"/#-]/gu, ' ')
    .replaceAll(/(?<![\p{L}\p{N}])[.+&'"/#-]+|[.+&'/#-]+(?![\p{L}\p{N}])/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return /[\p{L}\p{N}]/u.test(words) && words !== 'up' ? words : null;
}
