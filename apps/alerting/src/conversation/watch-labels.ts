import type { Watch } from '@souk/contracts';
import type { Text } from './reply.ts';
import type { NamedWatch } from './watch-finder.ts';

/** What each of several watches is called on its button: those of one name say what they wait for as well. */
export function watchLabels(watches: readonly NamedWatch[]): Text[] {
  return watches.map(({ watch, name }): Text => {
    const isAlone = watches.filter((other) => other.name === name).length === 1;
    const want = isAlone ? undefined : wantOf(watch);
    return want
      ? { key: 'button.watch-as', values: { want: { text: want }, title: name } }
      : { key: 'button.title', values: { title: name } };
  });
}

/** The one condition that tells a watch from others in few words; those of branches are too many for a button. */
function wantOf({ when }: Watch): Text | undefined {
  const { priceBelow, priceAbove, dropPercent, currency } = when;
  const limit = (amount: string) => (currency === undefined ? amount : { amount, currency });
  if (priceBelow !== undefined) return { key: 'rule.below', values: { limit: limit(priceBelow) } };
  if (priceAbove !== undefined) return { key: 'rule.above', values: { limit: limit(priceAbove) } };
  if (dropPercent !== undefined) return { key: 'watch.falls', values: { percent: dropPercent } };
  if (when.allTimeLow) return { key: 'rule.lowest' };
  return when.backInStock ? { key: 'rule.back-in-stock' } : undefined;
}
