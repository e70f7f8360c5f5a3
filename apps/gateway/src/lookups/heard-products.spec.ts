import { newId } from '@souk/contracts';
import { ID_LENGTH, idAt, productsIn } from './heard-products.ts';

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const idsIn = (payload: Buffer): string[] => {
  const ids = productsIn(payload);
  return Array.from({ length: ids.length / ID_LENGTH }, (_, place) => idAt(ids, place * ID_LENGTH));
};

it('every product that an event names is found', () => {
  const [one, two] = [newId(), newId()];
  const data = { offers: [{ productId: one, offerId: newId() }, { productId: two }, { productId: one }] };
  expect(idsIn(bytesOf({ id: newId(), data }))).toEqual([one, two, one]);
});

it('what breaks off within an id names nothing', () => {
  const payload = bytesOf({ data: { productId: newId() } });
  expect(idsIn(payload.subarray(0, payload.length - 4))).toEqual([]);
});

it('a text that looks like an id names nothing', () => {
  const title = `"productId":"${newId()}"`;
  expect(idsIn(bytesOf({ data: { products: [{ title }] } }))).toEqual([]);
  expect(idsIn(Buffer.alloc(0))).toEqual([]);
});
