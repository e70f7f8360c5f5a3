import { withCheckDigit } from './gtin.ts';

/** What does not move: one product of the sandbox shop. Brands are invented. */
export interface SandboxProduct {
  readonly id: string;
  readonly title: string;
  readonly brand: string;
  readonly category: readonly [string, string];
  readonly currency: 'USD' | 'EUR' | 'INR' | 'JPY';
  /** Usual price in minor units of the currency. */
  readonly baseMinor: number;
  readonly condition: 'new' | 'refurbished';
  readonly seller: string;
  readonly shipping: string;
  readonly rating: number;
  readonly reviewCount: number;
  /** GTIN-13 from the range for restricted circulation (prefix 2), so that it can be nobody's real product. */
  readonly gtin: string;
}

type Row = readonly [
  brand: string,
  name: string,
  department: string,
  shelf: string,
  currency: SandboxProduct['currency'],
  baseMinor: number,
];

const rows: readonly Row[] = [
  ['Aurivo', 'Halo 3 Wireless Earbuds', 'Audio', 'Headphones', 'USD', 8999],
  ['Aurivo', 'Drift Over-Ear Headphones', 'Audio', 'Headphones', 'USD', 17999],
  ['Bassline', 'Pebble Bluetooth Speaker', 'Audio', 'Speakers', 'USD', 4999],
  ['Bassline', 'Monolith Soundbar', 'Audio', 'Speakers', 'EUR', 24999],
  ['Nimbus', 'Fern 14 Laptop, 16 GB', 'Computers', 'Laptops', 'USD', 89900],
  ['Nimbus', 'Fern 16 Pro Laptop, 32 GB', 'Computers', 'Laptops', 'USD', 159900],
  ['Korvex', 'Slate 11 Tablet', 'Computers', 'Tablets', 'USD', 32900],
  ['Korvex', 'Quill Stylus', 'Computers', 'Accessories', 'USD', 5999],
  ['Lumaray', '27 inch QHD Monitor, 144 Hz', 'Computers', 'Monitors', 'USD', 27999],
  ['Lumaray', '34 inch Curved Monitor', 'Computers', 'Monitors', 'EUR', 44900],
  ['Tessel', 'Mechanical Keyboard TK-75', 'Computers', 'Keyboards', 'USD', 11999],
  ['Tessel', 'Glide Wireless Mouse', 'Computers', 'Mice', 'USD', 4499],
  ['Voltara', '2 TB NVMe Drive', 'Computers', 'Storage', 'USD', 12999],
  ['Voltara', '65 W GaN Charger', 'Phones', 'Chargers', 'USD', 3999],
  ['Ojas', 'Neem 5G Phone, 128 GB', 'Phones', 'Smartphones', 'INR', 1899900],
  ['Ojas', 'Neem Lite Phone, 64 GB', 'Phones', 'Smartphones', 'INR', 1099900],
  ['Ojas', 'Tulsi Fitness Band', 'Wearables', 'Fitness bands', 'INR', 249900],
  ['Meridian', 'Pulse 2 Smartwatch', 'Wearables', 'Smartwatches', 'USD', 19999],
  ['Meridian', 'Pulse Kids Watch', 'Wearables', 'Smartwatches', 'EUR', 7999],
  ['Copperleaf', 'Stovetop Espresso Maker', 'Kitchen', 'Coffee', 'USD', 3499],
  ['Copperleaf', 'Burr Grinder 40', 'Kitchen', 'Coffee', 'USD', 9999],
  ['Copperleaf', 'Gooseneck Kettle', 'Kitchen', 'Kettles', 'EUR', 6990],
  ['Hearth & Rye', '5.5 l Air Fryer', 'Kitchen', 'Fryers', 'USD', 10999],
  ['Hearth & Rye', 'Enamelled Dutch Oven 26 cm', 'Kitchen', 'Cookware', 'USD', 7999],
  ['Hearth & Rye', 'Chef Knife 20 cm', 'Kitchen', 'Knives', 'EUR', 5490],
  ['Kazemi', 'Rice Cooker 1.0 l', 'Kitchen', 'Rice cookers', 'JPY', 12800],
  ['Kazemi', 'Vacuum Bottle 500 ml', 'Kitchen', 'Bottles', 'JPY', 3480],
  ['Kazemi', 'Desk Fan S', 'Home', 'Fans', 'JPY', 5980],
  ['Zephyrine', 'Robot Vacuum R7', 'Home', 'Vacuums', 'USD', 34999],
  ['Zephyrine', 'Cordless Vacuum V4', 'Home', 'Vacuums', 'USD', 22999],
  ['Zephyrine', 'HEPA Air Purifier', 'Home', 'Air', 'EUR', 15999],
  ['Glimmer', 'Smart Bulb, Pack of 4', 'Home', 'Lighting', 'USD', 3999],
  ['Glimmer', 'Desk Lamp Arc', 'Home', 'Lighting', 'USD', 5499],
  ['Trailhund', '40 l Hiking Backpack', 'Outdoors', 'Backpacks', 'USD', 12999],
  ['Trailhund', 'Two-Person Tent', 'Outdoors', 'Tents', 'EUR', 18900],
  ['Trailhund', 'Down Jacket', 'Outdoors', 'Jackets', 'USD', 14999],
  ['Pixelmoor', 'Lantern Keep (PC game)', 'Games', 'PC games', 'USD', 2999],
  ['Pixelmoor', 'Skyline Courier (PC game)', 'Games', 'PC games', 'USD', 5999],
  ['Brickadoo', 'Harbour Crane, 812 Pieces', 'Toys', 'Building sets', 'USD', 6999],
  ['Brickadoo', 'Night Train, 540 Pieces', 'Toys', 'Building sets', 'EUR', 4999],
];

export const catalogue: readonly SandboxProduct[] = rows.map(
  ([brand, name, department, shelf, currency, baseMinor], index) => ({
    id: `sbx-${String(index + 1).padStart(3, '0')}`,
    title: `${brand} ${name}`,
    brand,
    category: [department, shelf],
    currency,
    baseMinor,
    condition: index % 13 === 5 ? 'refurbished' : 'new',
    seller: index % 7 === 3 ? 'Second Stall' : 'Sandbox Direct',
    shipping: index % 5 === 2 && currency === 'USD' ? '4.99' : '0',
    rating: (36 + ((index * 7) % 14)) / 10,
    reviewCount: 12 + ((index * 389) % 4200),
    gtin: withCheckDigit(`2900${String(10_000_000 + index * 7919)}`),
  }),
);

export const productsById: ReadonlyMap<string, SandboxProduct> = new Map(
  catalogue.map((product) => [product.id, product]),
);
