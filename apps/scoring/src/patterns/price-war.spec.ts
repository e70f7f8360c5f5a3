import { availabilityCode } from '../availability.ts';
import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { priceWar } from './price-war.ts';

type Told = readonly [day: number, priceMinor: number, availability?: 'in_stock' | 'out_of_stock'];

function seller(...told: readonly Told[]): PriceTimeline {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor, availability] of told)
    timeline.append(day * DAY_MS, { priceMinor, availability: availabilityCode(availability) });
  return timeline;
}

describe('a price war', () => {
  const ann = seller([0, 1000], [2, 900]);
  const bob = seller([0, 1010], [1, 950], [3, 890]);

  it('is not hidden by a cheaper seller that is sold out', () => {
    expect(priceWar([ann, bob])).toMatchObject({ sellers: 2, undercuts: 3 });
    expect(priceWar([ann, bob, seller([0, 500, 'out_of_stock'])])).toMatchObject({ undercuts: 3 });
    expect(priceWar([ann, bob, seller([0, 500, 'in_stock'])])).toBeNull();
    const soldOutSince = seller([-9, 500, 'in_stock'], [-1, 500, 'out_of_stock']);
    expect(priceWar([ann, bob, soldOutSince])).toMatchObject({ undercuts: 3 });
  });

  it('is not fought by a seller that is sold out, nor by one that comes back', () => {
    const soldOut = seller(
      [0, 1010, 'out_of_stock'],
      [1, 950, 'out_of_stock'],
      [3, 890, 'out_of_stock'],
      [4, 880, 'in_stock'],
    );
    expect(priceWar([ann, soldOut])).toBeNull();
  });
});
