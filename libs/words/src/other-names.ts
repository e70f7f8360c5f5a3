import { brands } from './brands.ts';

/** Names of the same thing, the ones that shops use most first; nothing that is only alike. */
const groups: readonly (readonly string[])[] = [
  'headphones, headphone, kopfhörer', 'earphones, earphone, ohrhörer', 'earbuds, earbud, in ear kopfhörer',
  'speaker, lautsprecher, pengeras suara', 'television, tv, fernseher, televisi', 'monitor, bildschirm', 'keyboard, tastatur, papan ketik',
  'mouse, maus, tetikus', 'printer, drucker', 'phone, smartphone, handy, mobiltelefon, ponsel, mobile phone, cell phone', 'charger, ladegerät, pengisi daya',
  'laptop, notebook', 'camera, kamera', 'graphics card, grafikkarte, kartu grafis', 'hard drive, festplatte', 'microphone, mikrofon',
  'projector, beamer, proyektor', 'washing machine, waschmaschine, mesin cuci', 'refrigerator, fridge, kühlschrank, kulkas', 'dishwasher, geschirrspüler, spülmaschine',
  'vacuum, vacuum cleaner, staubsauger, penyedot debu', 'robot vacuum, saugroboter, staubsaugerroboter', 'kettle, wasserkocher, ketel',
  'coffee machine, coffee maker, kaffeemaschine, mesin kopi', 'coffee grinder, kaffeemühle', 'microwave, mikrowelle', 'air fryer, heißluftfritteuse',
  'rice cooker, reiskocher, penanak nasi', 'air purifier, luftreiniger, pembersih udara', 'fan, ventilator, kipas angin', 'knife, messer, pisau', 'pan, pfanne, wajan',
  'pot, topf, panci', 'bottle, flasche, botol', 'backpack, rucksack, ransel', 'bag, tasche, tas', 'suitcase, koffer, koper', 'tent, zelt, tenda', 'jacket, jacke, jaket',
  'shoes, schuhe, sepatu, joote', 'running shoes, laufschuhe, sepatu lari', 'watch, armbanduhr, jam tangan, ghadi', 'smartwatch, smart watch',
  'lamp, lampe, lampu', 'desk lamp, schreibtischlampe, lampu meja', 'light bulb, bulb, glühbirne, bohlam', 'chair, stuhl, kursi', 'table, tisch, meja',
  'mattress, matratze, kasur', 'bicycle, bike, fahrrad, sepeda', 'drill, bohrmaschine', 'toothbrush, zahnbürste, sikat gigi', 'game, spiel', 'toy, spielzeug, mainan', 'book, buch, buku',
].map((group) => group.split(', ')); // prettier-ignore
const groupOf = new Map(groups.flatMap((group) => group.map((name) => [name, group] as const)));
/** How many words the longest name has. */
const LONGEST = 3;
const MOST = 6;

const singular = (word: string): string =>
  word.length < 5 || brands.has(word) || !/[^sui]s$/u.test(word) ? word : word.slice(0, -1);

/**
 * What a product may be called as well, likely names first: "speakers" is "speaker", "bluetooth kopfhörer" is
 * "bluetooth headphones". For shops that write another language, or another number, than people speak.
 */
export function otherNames(product: string): string[] {
  const words = product.split(' ');
  const names = [words.map(singular).join(' ')];
  for (let end = words.length; end > 0 && names.length === 1; end -= 1) {
    for (let length = Math.min(LONGEST, end); length > 0 && names.length === 1; length -= 1) {
      const phrase = words.slice(end - length, end).join(' ');
      const group = groupOf.get(phrase) ?? groupOf.get(singular(phrase)) ?? [];
      for (const name of group)
        names.push([...words.slice(0, end - length), name, ...words.slice(end)].join(' '));
    }
  }
  return [...new Set(names)].filter((name) => name !== product).slice(0, MOST);
}
