/**
 * Why an alert came: the API tells these sentences in English, cards begin with a capital and write them in the language of
 * the chat. `{name}` stands for a value.
 */
export const REASON_TEXTS = {
  'reason.below': 'fell below {limit}: now {price}, {before}',
  'reason.above': 'rose above {limit}: now {price}, {before}',
  'reason.in-stock-below': 'can be bought below {limit}: now {price}, {before}',
  'reason.in-stock-again-below': 'in stock again below {limit}: now {price}, {before}',
  'reason.in-stock-after-preorder-below':
    'in stock, no longer for pre-order only, below {limit}: now {price}, {before}',
  'reason.before': 'before {price}',
  'reason.first': 'the first price seen',
  'reason.with-shipping': '{price} with shipping',
  'reason.fell': 'fell {moved} from {before} to {price}; you asked for {asked}',
  'reason.rose': 'rose {moved} from {before} to {price}; you asked for {asked}',
  'reason.below-usual': '{moved} below the usual {usual}: now {price}; you asked for {asked}',
  'reason.above-usual': '{moved} above the usual {usual}: now {price}; you asked for {asked}',
  'reason.below-chosen': '{asked} below the {chosen} that you chose: now {price}',
  'reason.above-chosen': '{asked} above the {chosen} that you chose: now {price}',
  'reason.lowest': '{price} is lower than every earlier price; the lowest was {lowest}',
  'reason.low-of-days': '{price} is lower than every price of {days} days; the lowest was {lowest}',
  'reason.back-in-stock': 'can be bought again for {price} after being out of stock',
  'reason.score': '{score}; you asked for {asked}',
  'reason.score-rose-from': 'deal score rose from {from} to {score}',
  'reason.score-rose': 'deal score rose to {score}',
  'reason.score-is': 'deal score is {score}',
  'reason.score-below-usual': '{score} at {price}, {percent} % below the usual {usual}',
  'reason.real-discount': '{real} % below the lowest price of the 30 days before; you asked for {asked} %',
} as const;
