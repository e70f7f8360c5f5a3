import type { FeedField } from './feed-settings.ts';
import { plainWords } from './words.ts';

/**
 * What columns are called, best name first: Google Merchant, Shopify, WooCommerce, and common words in English, German
 * and Indonesian; as `plainWords` has them.
 */
const NAMES: Record<FeedField, string> = {
  product:
    'variant sku|sku|product id|productid|item id|id|asin|article number|item number|product code|artikelnummer|artikel nr|artikelnr|art nr|bestellnummer|produkt id|produktnummer|kode produk|id produk|kode barang|kode|handle|code|product|artikel',
  price:
    'price|price value|price amount|variant price|regular price|current price|unit price|preis|verkaufspreis|bruttopreis|preis brutto|endpreis|vk|harga|harga jual|harga satuan|amount',
  currency: 'currency|currency code|price currency|pricecurrency|wahrung|waehrung|mata uang',
  salePrice:
    'sale price|special price|discount price|angebotspreis|aktionspreis|sonderpreis|harga promo|harga diskon',
  saleDates: 'sale price effective date',
  listPrice:
    'compare at price|variant compare at price|list price|listprice|msrp|rrp|original price|was price|uvp|listenpreis|streichpreis|alter preis|harga asli|harga coret|harga normal',
  memberPrice: 'member price|loyalty price|mitgliederpreis|harga member',
  shipping:
    'shipping|shipping cost|shipping price|delivery cost|versand|versandkosten|lieferkosten|ongkir|ongkos kirim|biaya kirim',
  availability:
    'availability|stock status|in stock|is in stock|available|verfugbarkeit|lieferbarkeit|lagerstatus|ketersediaan|status stok|stock|stock quantity|variant inventory qty|inventory quantity|quantity|lagerbestand|bestand|stok|jumlah stok',
  condition: 'condition|item condition|zustand|kondisi',
  observedAt:
    'observed at|observedat|last updated|updated at|last updated at|price date|date|timestamp|datum|stand|aktualisiert am|tanggal|diperbarui|waktu',
  title:
    'title|name|product name|product title|item name|titel|bezeichnung|produktname|artikelname|artikelbezeichnung|nama|nama produk|nama barang|judul',
  url: 'link|url|product url|product link|producturl|deeplink|deep link|permalink|external url|page url|produkt url|produktlink|tautan|url produk|link produk',
  image:
    'image link|image|image src|image url|imageurl|images|variant image|picture|bild|bildlink|bild url|bild link|gambar|url gambar|foto',
  brand: 'brand|vendor|manufacturer|brands|marke|hersteller|merek|merk|brand name',
  category:
    'product type|product category|google product category|categories|category|category path|type|kategorie|produktkategorie|warengruppe|kategori|kategori produk',
  gtin: 'gtin|ean|gtin upc ean or isbn|gtin upc ean isbn|barcode|variant barcode|ean13|ean code|upc|isbn|global unique id',
  mpn: 'mpn|manufacturer part number|part number|herstellernummer|hersteller nr|teilenummer|nomor part',
  seller:
    'seller|seller name|merchant|merchant name|shop|shop name|store|handler|verkaufer|anbieter|penjual|nama toko|toko',
  variantOf: 'item group id|parent sku|parent|parent id|variant of',
  unitQuantity: 'unit pricing measure|unit quantity|package size|contents|inhalt|packungsgrosse|isi|ukuran',
  rating: 'rating|average rating|avg rating|bewertung|penilaian',
  reviewCount: 'review count|reviews|number of reviews|reviewcount|anzahl bewertungen|jumlah ulasan|ulasan',
  salesRank: 'sales rank|salesrank|bestseller rank|verkaufsrang|peringkat penjualan',
};

const ranksByField = Object.entries(NAMES).map(
  ([field, names]) =>
    [field as FeedField, new Map(names.split('|').map((name, rank) => [name, rank] as const))] as const,
);
/** In "Price (EUR)", "Preis in € inkl. MwSt." and "Harga (Rp)". */
const BESIDE =
  /\b(?:in|incl|inkl|including|tax|vat|mwst|ust|gst|brutto|gross|eur|usd|gbp|idr|inr|chf|rp|dalam)\b/g;

/** The column of each field that a header names; each column is one field's only. */
export function fieldsIn(header: readonly string[]): Partial<Record<FeedField, number>> {
  const found: Partial<Record<FeedField, number>> = {};
  const taken = new Set<number>();
  const words = header.map((name) => lastOfPath(name).map(plainWords));
  for (const [field, ranks] of ranksByField) {
    let best: { index: number; rank: number } | undefined;
    for (const [index, spellings] of words.entries()) {
      if (taken.has(index)) continue;
      const rank = Math.min(...spellings.map((name) => rankOf(name, ranks)));
      if (rank < (best?.rank ?? Infinity)) best = { index, rank };
    }
    if (!best) continue;
    found[field] = best.index;
    taken.add(best.index);
  }
  return found;
}

/** Of `offer.price` both the whole and its last part. */
const lastOfPath = (name: string): string[] => [name, name.slice(name.lastIndexOf('.') + 1)];

function rankOf(name: string, ranks: ReadonlyMap<string, number>): number {
  const exact = ranks.get(name);
  if (exact !== undefined) return exact;
  const without = name.replaceAll(BESIDE, ' ').replaceAll(/\s+/g, ' ').trim();
  return (ranks.get(without) ?? Infinity) + 0.5;
}
