import { phrases } from './spoken-text.ts';

/** What is written with a number, and how it is told. */
const measured: readonly RegExp[] = [
  /(?<![\p{L}\p{N}])(?:rtx|gtx|rx|arc)[\s-]?[a-b]?\d{3,4}(?:\s?(?:ti|super|xtx|xt|gre)(?!\p{L}))*(?!\p{N})/giu,
  /(?<![\p{L}\p{N}])(?:core\s?)?(?:i[3579]|ultra\s?[579])(?:-\d{4,5}\p{L}{0,2})?(?![\p{L}\p{N}])/giu,
  /(?<![\p{L}\p{N}])ryzen(?:\s?[3579])?(?:\s\d{4}\p{L}{0,2})?(?![\p{L}\p{N}])/giu,
  /(?<![\p{L}\p{N}])snapdragon(?:\s?\d(?:\+?\s?gen\s?\d)?)?(?![\p{L}\p{N}])/giu,
  /(?<![\p{L}\p{N}])ram\s?\d{1,3}\s?gb(?!\p{L})/giu,
  /\d+(?:[.,]\d+)?\s?(?:gb|tb|mb)(?:\s?(?:ram|ssd|hdd|nvme|rom|speicher|storage|vram|ddr[345]))?(?![\p{L}\p{N}])/giu,
  /\d+(?:[.,]\d+)?[\s-]?(?:inch(?:es)?|inci|zoll)(?!\p{L})|\d+(?:[.,]\d+)?["″]/giu,
  /\d+(?:[.,]\d+)?\s?(?:k?hz|mah|mp|megapixel|watt|w|wh|btu|dpi|fps|liter|litre|liters|ltr|l|ml|kg|lbs?|cm|mm|ft|qt|kwh|ah)(?![\p{L}\p{N}])/giu,
  /(?<![\p{L}\p{N}])(?:size|größe|gr\.|ukuran|uk|size no)\s?\d{1,3}(?:[.,]5)?(?![\p{L}\p{N}])/giu,
  /(?<![\p{L}\p{N}])(?:4k|8k|1080p|1440p|720p|2160p|5g|4g)(?![\p{L}\p{N}])/giu,
]; // prettier-ignore

const named = phrases(
  [
    'wireless', 'bluetooth', 'kabellos', 'kabellose', 'kabelloser', 'nirkabel', 'cordless', 'noise cancelling', 'noise canceling',
    'noise cancellation', 'anc', 'oled', 'amoled', 'qled', 'ips', 'mini led', 'full hd', 'uhd', 'hdr', 'usb c', 'thunderbolt',
    'waterproof', 'water resistant', 'wasserdicht', 'tahan air', 'touchscreen', 'mechanical', 'ergonomic', 'ergonomisch',
    'foldable', 'faltbar', 'rechargeable', 'fast charging', 'schnellladen', 'gps', 'wifi', 'wi-fi', 'wifi 6', 'nvme', 'dual sim',
    'inverter', 'front load', 'top load', 'frontlader', 'no frost', 'energy class a', 'frost free', 'bagless', 'beutellos',
    'self cleaning', 'backlit', 'rgb', 'curved', 'ultrawide', 'gaming', 'stainless steel', 'edelstahl', 'leather', 'leder',
    'black', 'white', 'silver', 'grey', 'gray', 'blue', 'red', 'green', 'pink', 'purple', 'yellow', 'titanium',
    'schwarz', 'weiß', 'silber', 'grau', 'blau', 'rot', 'grün', 'rosa', 'gelb',
    'hitam', 'putih', 'merah', 'biru', 'hijau', 'abu abu', 'kala', 'safed', 'laal', 'neela',
    'with grinder', 'built in grinder', 'usb', 'hdmi', 'left handed', 'solar', 'portable', 'compact',
  ],
  'giu',
); // prettier-ignore

const MOST = 12;

/** What the product shall have, in the order of the sentence, as it is written there in lower case. */
export function findFeatures(text: string): string[] {
  const found = [...measured, named].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      words: match[0].toLowerCase().trim(),
    })),
  );
  const apart: typeof found = [];
  const inOrder = found.toSorted((left, right) => left.start - right.start || right.end - left.end);
  for (const feature of inOrder) if (feature.start >= (apart.at(-1)?.end ?? 0)) apart.push(feature);
  return [...new Set(apart.map(({ words }) => words))].slice(0, MOST);
}
