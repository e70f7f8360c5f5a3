import { z } from 'zod';

/** Absent, null or of another kind: nothing is known of it, and the price is kept all the same. */
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(undefined);
const Id = z.union([z.string().regex(/^\d{1,19}$/), z.int().positive().transform(String)]);
const Rating = z.coerce.number().min(0).max(5);
const Count = z.coerce.number().int().nonnegative();

/** One product of `searchProductV5`. */
export const ProductV5 = z.object({
  id: Id,
  name: z.string().min(1),
  url: maybe(z.string()),
  mediaURL: maybe(z.object({ image: maybe(z.string()), image300: maybe(z.string()) })),
  price: z.object({
    text: maybe(z.string()),
    number: maybe(z.number()),
    original: maybe(z.string()),
    discountPercentage: maybe(z.coerce.number()),
  }),
  shop: maybe(z.object({ name: maybe(z.string()), city: maybe(z.string()), tier: maybe(z.coerce.number()) })),
  rating: maybe(Rating),
});

/** One product of `ace_search_product_v4`, whose price is a text. */
export const ProductV4 = z.object({
  id: Id,
  name: z.string().min(1),
  url: maybe(z.string()),
  imageUrl: maybe(z.string()),
  price: z.string(),
  priceInt: maybe(z.number()),
  originalPrice: maybe(z.string()),
  countReview: maybe(Count),
  ratingAverage: maybe(Rating),
  rating: maybe(Rating),
  shop: maybe(
    z.object({
      name: maybe(z.string()),
      city: maybe(z.string()),
      location: maybe(z.string()),
      isOfficial: maybe(z.boolean()),
      isPowerBadge: maybe(z.boolean()),
      official: maybe(z.boolean()),
      goldmerchant: maybe(z.boolean()),
    }),
  ),
});

/** A search of either version: products unread, so that one of them alone may be wrong. */
export const Found = z.object({
  header: z.object({ totalData: z.coerce.number() }),
  data: z.object({ products: z.array(z.unknown()) }),
});

const Campaign = z.object({
  isActive: maybe(z.boolean()),
  originalPrice: maybe(z.number()),
  discountedPrice: maybe(z.number()),
  discountPrice: maybe(z.number()),
});
const Stock = z.object({
  value: maybe(z.coerce.number()),
  stock: maybe(z.coerce.number()),
  isBuyable: maybe(z.boolean()),
});

/** Component `product_content` of a product page. */
export const Content = z.object({
  name: z.string().min(1),
  price: z.object({ value: z.number(), currency: z.string() }),
  campaign: maybe(Campaign),
  stock: maybe(Stock),
  preorder: maybe(z.object({ isActive: maybe(z.boolean()) })),
});

/** One variant of component `new_variant_options`. Its `priceFmt` has been seen as "Rp 0" beside a price: not used. */
export const Child = z.object({
  productID: Id,
  price: z.number(),
  productName: z.string().min(1),
  productURL: maybe(z.string()),
  optionName: maybe(z.array(z.string())),
  picture: maybe(z.object({ urlOriginal: maybe(z.string()) })),
  stock: maybe(Stock),
  campaignInfo: maybe(Campaign),
});

export const Variants = z.object({
  parentID: Id,
  variants: maybe(z.array(z.object({ identifier: maybe(z.string()), name: maybe(z.string()) }))),
  children: z.array(z.unknown()),
});

/** `pdpGetLayout`: what holds for the whole page, and components by name. */
export const Layout = z.object({
  basicInfo: z.object({
    id: Id,
    shopName: maybe(z.string()),
    url: maybe(z.string()),
    condition: maybe(z.string()),
    status: maybe(z.string()),
    category: maybe(z.object({ detail: maybe(z.array(z.object({ name: z.string() }))) })),
    stats: maybe(z.object({ countReview: maybe(Count), rating: maybe(Rating) })),
  }),
  components: z.array(z.object({ name: z.string(), data: z.array(z.unknown()) })),
});
export type Layout = z.infer<typeof Layout>;
