import type { ListingV1, ListingV2, Money, SummaryV1 } from './catalogue-shape.ts';

/** One offer of one seller, whichever interface told of it. */
export interface Listing {
  seller: string | undefined;
  sellerId: string | undefined;
  condition: string | undefined;
  subCondition: string | undefined;
  conditionNote: string | undefined;
  price: Money | undefined;
  savingBasis: Money | undefined;
  savingBasisType: string | undefined;
  pricePerUnit: string | undefined;
  availability: string | undefined;
  availabilityMessage: string | undefined;
  minOrderQuantity: number | undefined;
  maxOrderQuantity: number | undefined;
  isBuyBoxWinner: boolean;
  /** The maker forbids to show so low a price: it is seen in the cart only. */
  hidesPrice: boolean;
  isForPrimeOnly: boolean;
  isSubscription: boolean;
  /** Of a deal, or of a summary: attributes of the observation. */
  particulars: Record<string, string | number | undefined>;
  loyaltyPoints: number | undefined;
}

export function listingOfV2(listing: ListingV2): Listing {
  const { price, dealDetails, type } = listing;
  const access = dealDetails?.accessType;
  return {
    ...sharedFacts(listing),
    price: price?.money,
    savingBasis: price?.savingBasis?.money,
    savingBasisType: price?.savingBasis?.savingBasisType ?? price?.savingBasis?.savingBasisTypeLabel,
    pricePerUnit: price?.pricePerUnit?.displayAmount ?? price?.pricePerUnit?.amount,
    isForPrimeOnly: access === 'PRIME_EXCLUSIVE' || access === 'PRIME_EARLY_ACCESS',
    isSubscription: type === 'SUBSCRIBE_AND_SAVE',
    particulars: {
      dealType: type,
      dealAccess: access,
      dealBadge: dealDetails?.badge?.trim(),
      dealStartsAt: instant(dealDetails?.startTime),
      dealEndsAt: instant(dealDetails?.endTime),
      dealPercentClaimed: dealDetails?.percentClaimed,
      dealEarlyAccessMs: dealDetails?.earlyAccessDurationInMilliseconds,
    },
  };
}

export function listingOfV1(listing: ListingV1): Listing {
  const perUnit = listing.price?.pricePerUnit;
  return {
    ...sharedFacts(listing),
    price: listing.price,
    savingBasis: listing.savingBasis,
    savingBasisType: undefined,
    pricePerUnit: typeof perUnit === 'string' ? perUnit : (perUnit?.displayAmount ?? perUnit?.amount),
    isForPrimeOnly: listing.programEligibility?.isPrimeExclusive === true,
    isSubscription: false,
    particulars: {},
  };
}

/** The lowest price in a condition of which no listing was sent: who asks for it is not told. */
export function listingOfSummary({ condition, lowestPrice, offerCount }: SummaryV1): Listing {
  return { ...listingOfV1({ condition }), price: lowestPrice, particulars: { lowestOf: offerCount } };
}

/** What both interfaces tell in one way. */
function sharedFacts(listing: Omit<ListingV1, 'price' | 'savingBasis' | 'programEligibility'>) {
  const { merchantInfo, condition, availability } = listing;
  return {
    seller: merchantInfo?.name?.trim() || undefined,
    sellerId: merchantInfo?.id,
    condition: condition?.value,
    subCondition: condition?.subCondition,
    conditionNote: condition?.conditionNote?.trim(),
    availability: availability?.type,
    availabilityMessage: availability?.message?.trim(),
    minOrderQuantity: availability?.minOrderQuantity,
    maxOrderQuantity: availability?.maxOrderQuantity,
    isBuyBoxWinner: listing.isBuyBoxWinner === true,
    hidesPrice: listing.violatesMAP === true,
    loyaltyPoints: listing.loyaltyPoints?.points,
  };
}

/** Amazon's times come without seconds ("2024-11-06T05:35Z"); what is no time is left out. */
function instant(text: string | undefined): string | undefined {
  const timeMs = Date.parse(text ?? '');
  return Number.isNaN(timeMs) ? undefined : new Date(timeMs).toISOString();
}
