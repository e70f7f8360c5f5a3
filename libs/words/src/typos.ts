import { distance } from 'fastest-levenshtein';
import { brands } from './brands.ts';
import { categoryWords } from './categories.ts';
import { commandWords } from './intents.ts';
import { fillerWords } from './product.ts';
import { unitWords } from './units.ts';

/** Words of commands and budgets that people mistype. */
const commands =
  `compare comparison notify alert alerts watch watches track tracking remind savings saved settings language currency
  compare cheaper cheapest under below between maximum minimum budget around wireless bluetooth mechanical gaming portable
  refurbished renewed second secondhand deals offers discount explain snooze pause resume unsubscribe delete remove
  vergleiche benachrichtige bescheid beobachte preisalarm angebote schnäppchen einstellungen zwischen maximal höchstens
  günstig gebraucht gebrauchtes generalüberholt bandingkan perbandingan kabari pantau sekitar antara dibawah maksimal
  rekomendasi termurah dollar dollars euros rupee rupees pounds college espresso refrigerator headphones earphones`
    .split(/\s+/u)
    .filter(Boolean);

/** Real words that are one slip away from one of ours: they are meant as they stand. */
const realWords = new Set(
  `tables tablet tablets stable cable gable fable camel candle handle castle cattle caramel cameo couch coach touch house
  horse hose nurse purse force chain chairs chair cheer charm chart charts charge changer banger hanger ranger danger
  manger phone phones stone drone throne prone shone chrome watch match hatch patch batch catch lunch bunch punch bench
  monitor janitor minister sister mister poster roster toaster coaster booster hoover cover lover mover oven often even
  seven woven camper copper hopper popper pepper paper super upper slipper stripper clipper skipper zipper dipper
  bottle battle beetle needle noodle poodle saddle paddle puddle riddle middle fiddle brake break bread broad board
  boards beard shark sharp shape share shirt shorts short skirt spirit sport spots spoon spool stool tools toolbox
  track trick truck trunk crack stock stick sticks clock block black blank blanks plank plant plants planter printer
  painter pointer winter water waiter writer router rooster routes under wonder powder ladder leader reader header
  heater heaters meter sweater swatter fluter filter filters falter alter altar after offer office officer fiber
  steel steal still skill skull small smell shell shelf shelves clean cleaner cleaners clear learn lemon melon metal
  petal medal model models modern motor mother rather gather father leather weather feather other others bother
  brother broom bloom blood brush brushes crush craft draft shaft shift swift gift gifts light lights right night
  tight sight fight might eight weight height bright fright flight bikini buckle bucket bracket basket blanket market
  jacket rocket pocket packet ticket cricket locket socket comfort comfortable portable notable notice noise horses
  course court count counter country county bounty mounty beauty needs needed heeled wheels wheel wheeled while white
  whisk whiskey brand brands grand stand stands sand bands hands lands panda linen liner lines mines pines pants paint
  point print prints spring string strings strong storage garage orange arrange range change changing charging ringing
  living loving moving having saving shaving curling cooling cooking looking booking making baking walking talking
  color colors colour favorite family families sleep sleeper sweet sheet sheets street straw strap straps trap wrap
  cream dream steam stream scream screen green queen queens kitchen chicken kitten mitten button cotton carton cartoon
  garden harden wooden golden holder folder folding holding building welding wedding bedding reading heading heating
  meeting seating eating boating coating floating flower flowers lower tower towel towels towers power shower mower
  drawer drawers drawing dresser dressers dressing pressing blessing massage message messages sausage package baggage
  luggage cottage vintage village college colleges knowledge college smart start starts stars stairs chairs hairs
  pairs repair hair hairs wears tears years pearl pearls world worlds words sword boots books hooks looks locks socks
  rocks clocks blocks trucks tracks snacks stacks stack stuck stark snack racks backs packs plate plates place places palace surface service
  device devices advice choice choices voice juice juicer nicer slicer dicer ultra extra central control controls
  console consoles counsel candles handles angle single double doubles triple trouble bubble bubbles marble parole
  panels panel pencil pencils stencil utensil tonsil thing things think drink drinks trunk skirts shirts sister
  matte curry flour flush puppy puppies flask flasks planner planners strip strips sports feeder beach curly flare
  flat float floss flour frost fruit funny curve curves carve purple people maple sample simple temple tempo
  system systems season seasons reason person persons prison poison lesson listen
  freeze freezes breeze gebracht gebrochen gebrauche ersetzt gesetzt besetzt
  wenig wenige weniger leider lieber immer zimmer unter unten hinten hinter winter wieder weder jeder jedes
  hause hausen hosen rosen dosen karten garten warten harten starten starken marken machen lachen sachen suchen kuchen
  kochen wochen kosten posten rasten kasten lasten leisten meisten ersten letzten besten guten gute gutes klein kleine
  kleines kleiner grosse große großes welche welcher welches meine deine seine keine reine feine eine einen einem einer
  dalam malam selam salam tiga juga jutaan ribuan dengan tangan jangan ringan bangun bagus bagian harga warga barga
  mobile mobiles mobil murah merah rumah ramah lemah sudah mudah hitam putih orang barang kurang sedang ladang padang
  kamar kamera kambing kucing kuning karena kalau kalian sampai pakai bahan tahan taman zaman teman makan minum
  accha achha bahut wala wale wali karna karne karta karte karti dikhao batao chahiye chahie mujhe tumhe hamare
  mera meri mere tera teri tere kaisa kaise kaisi kitna kitne kitni zyada thoda thodi saath sathi baath`
    .split(/\s+/u)
    .filter(Boolean),
);

const byFirstLetter = new Map<string, string[]>();
const vocabulary = new Set<string>([...commands, ...brands, ...categoryWords()]);
const known = new Set<string>([...vocabulary, ...commandWords(), ...fillerWords, ...unitWords]);
for (const word of vocabulary) {
  if (word.length < 5 || !/^\p{L}+$/u.test(word)) continue;
  const list = byFirstLetter.get(word[0]!);
  if (list) list.push(word);
  else byFirstLetter.set(word[0]!, [word]);
}

/** Long texts hold few words of ours; the bound keeps their cost flat. */
const MOST_WORDS = 40;

/**
 * Mends words that are one slip away from exactly one word that is understood (two for long ones): a letter too many,
 * too few, another one, or two swapped. The first letter is rarely wrong, short words are too alike, real words stay.
 */
export function mendTypos(text: string): string {
  let seen = 0;
  return text.replaceAll(/(?<![\p{L}\p{N}/._@-])\p{L}{5,20}(?![\p{L}\p{N}@]|\.\p{L})/gu, (word) => {
    seen += 1;
    return seen > MOST_WORDS ? word : (mended(word.toLowerCase()) ?? word);
  });
}

function mended(word: string): string | undefined {
  if (known.has(word) || realWords.has(word)) return undefined;
  if (/(?:s|es|n|en|e|r|er)$/u.test(word) && known.has(word.replace(/(?:s|es|n|en|e|r|er)$/u, '')))
    return undefined;
  if (word.endsWith('s') && known.has(word.slice(0, -1))) return undefined;
  const allowed = word.length >= 9 ? 2 : 1;
  let best: string | undefined;
  let least = allowed + 1;
  for (const candidate of byFirstLetter.get(word[0]!) ?? []) {
    if (Math.abs(candidate.length - word.length) > allowed) continue;
    const slips = slipsBetween(word, candidate);
    if (slips > least || !isLikely(word, candidate)) continue;
    best = slips === least ? undefined : candidate;
    least = slips;
  }
  return best;
}

/** Letters that sound alike, or are taken for each other. */
const alike = ['aeiouyäöü', 'bp', 'dt', 'scz', 'ckq', 'fvw', 'gj', 'mn'];

/** In a short word another letter makes another word ("beach", "bench"), unless both sound alike ("labtop"). */
function isLikely(word: string, candidate: string): boolean {
  if (word.length > 7 || word.length !== candidate.length) return true;
  const different = Array.from(word).flatMap((letter, place) =>
    letter === candidate[place] ? [] : [[letter, candidate[place]!] as const],
  );
  const [only] = different;
  if (different.length !== 1 || !only) return true;
  return alike.some((letters) => letters.includes(only[0]) && letters.includes(only[1]));
}

/** Edits between two words, two swapped neighbours counted as one. */
function slipsBetween(word: string, other: string): number {
  const edits = distance(word, other);
  if (edits !== 2 || word.length !== other.length) return edits;
  const first = Array.from(word).findIndex((letter, place) => letter !== other[place]);
  const isSwap = word[first] === other[first + 1] && word[first + 1] === other[first];
  const isSame = word.slice(first + 2) === other.slice(first + 2);
  return isSwap && isSame ? 1 : edits;
}
