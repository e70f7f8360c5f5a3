import { chance } from './chance.ts';
import type { Listing } from './listing.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => escapes[sign]!);

/** A product page as shops write them: what people read, and schema.org JSON-LD for machines. */
export function productPage(listing: Listing): string {
  const jsonLd = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: listing.title,
    sku: listing.id,
    gtin13: listing.gtin,
    brand: { '@type': 'Brand', name: listing.brand },
    category: listing.category.join(' > '),
    image: listing.image,
    aggregateRating: {
      '@type': 'AggregateRating',
      ratingValue: listing.rating,
      reviewCount: listing.reviewCount,
    },
    offers: {
      '@type': 'Offer',
      url: listing.url,
      price: listing.price,
      priceCurrency: listing.currency,
      availability: `https://schema.org/${listing.availability === 'in_stock' ? 'InStock' : 'OutOfStock'}`,
      itemCondition: `https://schema.org/${listing.condition === 'new' ? 'New' : 'Refurbished'}Condition`,
      seller: { '@type': 'Organization', name: listing.seller },
    },
  };
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(listing.title)} - Sandbox shop</title>
<script type="application/ld+json">${JSON.stringify(jsonLd).replaceAll('<', String.raw`\u003c`)}</script></head>
<body><h1>${escaped(listing.title)}</h1><img src="${escaped(listing.image)}" alt="" width="160">
<p><s>${listing.listPrice}</s> <strong>${listing.price} ${listing.currency}</strong></p>
<p>${listing.availability === 'in_stock' ? 'In stock' : 'Out of stock'}, sold by ${escaped(listing.seller)}</p></body></html>
`;
}

/** A picture without any file: the brand's initials on a colour of its own. */
export function productImage(id: string, brand: string): string {
  const hue = Math.floor(chance(brand, 'hue') * 360);
  const initials = escaped(brand.slice(0, 2).toUpperCase());
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 160" role="img" aria-label="${escaped(brand)}">
<rect width="160" height="160" rx="20" fill="hsl(${hue} 55% 88%)"/>
<rect x="36" y="30" width="88" height="88" rx="14" fill="hsl(${hue} 55% 45%)"/>
<text x="80" y="88" font-family="sans-serif" font-size="40" font-weight="700" fill="#fff" text-anchor="middle">${initials}</text>
<text x="80" y="144" font-family="sans-serif" font-size="14" fill="hsl(${hue} 40% 30%)" text-anchor="middle">${escaped(id)}</text></svg>
`;
}
