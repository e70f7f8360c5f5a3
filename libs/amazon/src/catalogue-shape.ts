import { z } from 'zod';

/** A field that may be absent; one of another shape counts as absent, so that it costs the item nothing else. */
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const texts = maybe(z.array(z.string()));

/** Most fields of an item are wrapped: `{displayValue, label, locale}`; a few say `value`. */
const Shown = maybe(
  z
    .object({ displayValue: z.string().optional(), value: z.string().optional() })
    .transform((wrapped) => wrapped.displayValue ?? wrapped.value),
);
const ShownTexts = maybe(z.object({ displayValues: texts }).transform((wrapped) => wrapped.displayValues));
const Picture = maybe(z.object({ url: z.string() }));

/** Amounts are texts here: see parseCatalogueJson. */
export const Money = z.object({
  amount: z.string(),
  currency: z.string(),
  displayAmount: maybe(z.string()),
});
export type Money = z.infer<typeof Money>;

export interface BrowseNode {
  id: string;
  displayName: string;
  salesRank?: number | undefined;
  ancestor?: BrowseNode | undefined;
}
export const BrowseNode: z.ZodType<BrowseNode> = z.object({
  id: z.string(),
  displayName: z.string(),
  salesRank: maybe(z.int().positive()),
  ancestor: maybe(z.lazy(() => BrowseNode)),
});

const SubCondition = z.union([
  z.string(),
  z.object({ value: z.string() }).transform((wrapped) => wrapped.value),
]);

const Availability = z.object({
  type: maybe(z.string()),
  message: maybe(z.string()),
  minOrderQuantity: maybe(z.number()),
  maxOrderQuantity: maybe(z.number()),
});
const Merchant = z.object({ id: maybe(z.string()), name: maybe(z.string()) });
const Condition = z.object({
  value: maybe(z.string()),
  subCondition: maybe(SubCondition),
  conditionNote: maybe(z.string()),
});

/** Seen as 38 and as "38". */
const Percent = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,3}(\.\d+)?%?$/)
    .transform((text) => Number.parseFloat(text)),
]);

/** `offersV2.listings[]` of the Creators API. */
export const ListingV2 = z.object({
  type: maybe(z.string()),
  isBuyBoxWinner: maybe(z.boolean()),
  violatesMAP: maybe(z.boolean()),
  availability: maybe(Availability),
  condition: maybe(Condition),
  merchantInfo: maybe(Merchant),
  loyaltyPoints: maybe(z.object({ points: z.number() })),
  dealDetails: maybe(
    z.object({
      accessType: maybe(z.string()),
      badge: maybe(z.string()),
      startTime: maybe(z.string()),
      endTime: maybe(z.string()),
      percentClaimed: maybe(Percent),
      earlyAccessDurationInMilliseconds: maybe(z.number()),
    }),
  ),
  price: maybe(
    z.object({
      money: maybe(Money),
      pricePerUnit: maybe(Money),
      savingBasis: maybe(
        z.object({
          money: maybe(Money),
          savingBasisType: maybe(z.string()),
          savingBasisTypeLabel: maybe(z.string()),
        }),
      ),
    }),
  ),
});
export type ListingV2 = z.infer<typeof ListingV2>;

/** `Offers.Listings[]` of the retired Product Advertising API. */
export const ListingV1 = z.object({
  isBuyBoxWinner: maybe(z.boolean()),
  violatesMAP: maybe(z.boolean()),
  availability: maybe(Availability),
  condition: maybe(Condition),
  merchantInfo: maybe(Merchant),
  loyaltyPoints: maybe(z.object({ points: z.number() })),
  price: maybe(Money.extend({ pricePerUnit: maybe(z.union([Money, z.string()])) })),
  savingBasis: maybe(Money),
  programEligibility: maybe(z.object({ isPrimeExclusive: maybe(z.boolean()) })),
});
export type ListingV1 = z.infer<typeof ListingV1>;

/** `Offers.Summaries[]`: the range of prices in one condition. */
export const SummaryV1 = z.object({
  condition: maybe(Condition),
  lowestPrice: maybe(Money),
  offerCount: maybe(z.number()),
});
export type SummaryV1 = z.infer<typeof SummaryV1>;

/** One item of any operation and of both interfaces. */
export const Item = z.object({
  asin: z.string().min(1),
  parentASIN: maybe(z.string()),
  detailPageURL: maybe(z.string()),
  images: maybe(z.object({ primary: maybe(z.object({ large: Picture, medium: Picture, small: Picture })) })),
  itemInfo: maybe(
    z.object({
      title: Shown,
      byLineInfo: maybe(z.object({ brand: Shown, manufacturer: Shown })),
      externalIds: maybe(z.object({ eans: ShownTexts, upcs: ShownTexts })),
    }),
  ),
  browseNodeInfo: maybe(
    z.object({
      browseNodes: maybe(z.array(BrowseNode)),
      websiteSalesRank: maybe(z.object({ salesRank: z.int().positive() })),
    }),
  ),
  variationAttributes: maybe(z.array(z.object({ name: z.string(), value: z.string() }))),
  offersV2: maybe(z.object({ listings: maybe(z.array(ListingV2)) })),
  offers: maybe(z.object({ listings: maybe(z.array(ListingV1)), summaries: maybe(z.array(SummaryV1)) })),
});
export type Item = z.infer<typeof Item>;
