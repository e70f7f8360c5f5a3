/**
 * What a sentence says of when to speak, besides a price: how far it shall fall, that it is the lowest ever, or that it can
 * be bought again. Who asks for that names no product by it.
 */
const any = (...patterns: readonly string[]): RegExp =>
  new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${patterns.join('|')})(?![\p{L}\p{N}])`, 'giu');

const least = String.raw`(?:(?:by|um|sebesar|at least|atleast|mindestens|minimal|minimum|minimum of|setidaknya|more than|over|mehr als|lebih dari|kam se kam|about|around|another|noch mal) )*`;
const percent = String.raw`\d{1,2}(?:[.,]\d)?\s?(?:%|percent|prozent|persen|pct)`;

const wishes: readonly RegExp[] = [
  new RegExp(
    String.raw`(?<![\p{L}\p{N}])${least}${percent}(?:\s(?:or more|oder mehr|atau lebih|drop|off|less|reduction|discount|rabatt|diskon|cheaper|billiger|günstiger|reduziert|lebih murah|sasta))*(?![\p{L}\p{N}])`,
    'giu',
  ),
  any(
    String.raw`(?:(?:hit|hits|hitting|reach|reaches|reached|touches|is at|gets to|at|on|to|an?|its|the|new|auf|einen|ein|seinen|den|dem|einem|ihren) )*(?:all[ -]?time(?:s)? lows?|record lows?|historic(?:al)? lows?|lowest(?: ever)?(?: price)?(?: ever| yet| of all time)?|cheapest ever|cheaper than ever|best price ever|allzeittief|tiefst(?:er )?preis|tiefststand|rekordtief|bestpreis|niedrigste[rn]? preis|so (?:billig|günstig) wie (?:noch )?nie(?: zuvor)?|harga terendah|paling murah|termurah sepanjang masa|sabse (?:kam|sasta|saste|sasti)(?: daam| price| kimat| keemat)?)`,
  ),
  any(
    String.raw`(?:(?:back|again|is|are|comes|wieder|lagi|kembali) )*(?:in stock|restocks?|restocked|available(?: again)?|to be had|(?:wieder )?(?:verfügbar|lieferbar|erhältlich|vorrätig|auf lager|zu haben|da)|tersedia|ready (?:stok|stock|lagi)|stok (?:ada|lagi|tersedia)|restok|stock (?:mein|me|mai)(?: (?:aaye|aa jaye|wapas))?)`,
  ),
];

/** A sentence without them. */
export const withoutWishes = (text: string): string =>
  wishes.reduce((result, pattern) => result.replaceAll(pattern, ' '), text);

const off =
  /(?<![\p{L}\p{N}])(?:(?:mit|with|at least|mindestens|minimal|dengan) )*\d{1,2}\s?(?:%|percent|prozent|persen)\s?(?:off|discount|rabatt|diskon|reduziert|reduced)(?![\p{L}\p{N}])/giu;

/** Only the discount is taken away: "85% dark chocolate" and "cheapest in stock" are searched for as they are. */
export const withoutDiscount = (text: string): string => text.replaceAll(off, ' ');
