/** What a number may count that is no money, in the languages that are understood. */
const units = [
  'gb tb mb kb gbps mbps mah wh kwh ah w kw watt watts volt v va hz khz mhz ghz fps bit',
  'inch inches inci zoll in ft feet foot fuß cm mm km m meter meters metre metres meters dm yard yards yd',
  'kg kgs kilo kilos kilogramm g gm gms gr gram grams gramm mg mcg lb lbs oz ounce ounces',
  'ml cl l ltr ltrs liter liters litre litres qt quart quarts gal gallon gallons cup cups tassen cc cu cuft',
  'px mp megapixel megapixels mpx dpi core cores kern kerne kerner thread threads p',
  'x pack packs pk piece pieces pcs pc stück stk teilig teile set sets count ct pair pairs paar ply',
  'player players spieler person persons personen people leute orang seat seater seats sitzer',
  'year years yr yrs jahr jahre jahren tahun saal month months monat monate monaten bulan mahine mahina',
  'week weeks woche wochen minggu hafte day days tag tage tagen hari din hour hours hr hrs h stunde stunden',
  'stunde jam ghante min mins minute minutes minuten menit sec second seconds sekunden uhr am pm',
  'db lumen lumens lm nits btu iu spf degree degrees grad celsius fahrenheit ton tons tonne',
  'star stars sterne drawer drawers door doors tür türen türig pintu light lights burner burners stage',
  'speed speeds gang gänge port ports bay tier tiers shelf shelves slot slots channel channels mm²',
  'rpm ps hp bhp nm psi bar th st nd rd gen generation ka ms iso mtr sqft sqm qm tog denier karat carat ct',
].join(' ');
/** These are money words too ("20k ka phone", "1.5L"), or a product ("400 hp"?): they count as units only when glued. */
const onlyGlued = new Set([
  'ka',
  'in',
  'p',
  'x',
  'v',
  'h',
  'bar',
  'hp',
  'ps',
  'pc',
  'set',
  'sets',
  'iso',
  'cup',
  'min',
  'm',
  'l',
  'try',
  'second',
  'am',
]);

const longestFirst = (words: string[]): string =>
  [...new Set(words)].toSorted((left, right) => right.length - left.length).join('|');
const all = units.split(' ');
export const unitWords: readonly string[] = all;
const apart = longestFirst(all.filter((unit) => !onlyGlued.has(unit)));
const glued = longestFirst(all);
const further = String.raw`(?:\s?(?:-|to|bis|or|oder|and|und|x|\/|sampai|se)\s?\d+(?:[.,]\d+)?)?`;

const unitAfter = new RegExp(
  String.raw`^${further}(?:[-\s]?(?:["″%°]|''|(?:percent|prozent|persen)(?!\p{L}))|-?(?:${glued})(?![\p{L}\p{N}])|[\s-](?:${apart})(?![\p{L}\p{N}]))`,
  'iu',
);

/** Whether the text after a number says that it counts something other than money: "16 GB", "55-inch", "2-4 players". */
export const isMeasure = (after: string): boolean => unitAfter.test(after);

/** "1.5L" is a lakh for a car, and litres for these. */
export const holdsLitres =
  /(?<!\p{L})(?:bottle|cooker|fridge|refrigerator|freezer|kettle|backpack|rucksack|fryer|oven|geyser|heater|tank|bag|dispenser|purifier|pot|jug|mug|flask|cooler|microwave|blender|botol|kulkas|panci|ransel|tas|flasche|kühlschrank|topf|wasserkocher|koffer|bucket|bin|dustbin|water)/iu;
