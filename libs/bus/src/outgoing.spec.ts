import { newId, OffersAccepted, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { envelopeOf } from './outgoing.ts';

const cause = { accountId: OPERATOR_ACCOUNT_ID, span: undefined };
const withText = (text: string) => () =>
  envelopeOf(OffersAccepted, { source: text } as never, {
    ...{ cause, key: newId(), partitions: 4 },
    now: new Date(0),
  });

describe('an event', () => {
  it.each<[string, string]>([
    ['ASCII', 'x'.repeat(890_000)],
    ['characters of three bytes', '€'.repeat(296_000)],
  ])('may be as large as the broker takes it, in %s', (_, text) => {
    expect(withText(text)().payload.length).toBeGreaterThan(text.length);
  });

  it.each<[string, string]>([
    ['ASCII', 'x'.repeat(900_000)],
    ['characters of three bytes', '€'.repeat(300_000)],
  ])('is refused at its origin when the broker would refuse it, in %s', (_, text) => {
    expect(withText(text)).toThrow(
      /event enrichment.offers-accepted.v1 has 900\d{3} bytes, more than 900000: tell it in parts/,
    );
  });
});
