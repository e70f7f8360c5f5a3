import { newId } from '@souk/contracts';
import { ID_LENGTH, idAt, productsIn } from './headlines.ts';

const idsIn = (payload: string): string[] => {
  const ids = Buffer.from(productsIn(payload));
  return Array.from({ length: ids.length / ID_LENGTH }, (_, place) => idAt(ids, place * ID_LENGTH));
};

it('every product that an event names is found', () => {
  const [one, two] = [newId(), newId()];
  const data = { offers: [{ productId: one, offerId: newId() }, { productId: two }, { productId: one }] };
  expect(idsIn(JSON.stringify({ id: newId(), data }))).toEqual([one, two, one]);
});

it('what breaks off within an id names nothing', () => {
  const payload = JSON.stringify({ data: { productId: newId() } });
  expect(idsIn(payload.slice(0, -4))).toEqual([]);
});

it('a text that looks like an id names nothing', () => {
  const title = `"productId":"${newId()}"`;
  expect(idsIn(JSON.stringify({ data: { products: [{ title }] } }))).toEqual([]);
  expect(idsIn('')).toEqual([]);
});
