import { newId } from '@souk/contracts';
import { productsIn } from './heard-products.ts';

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

it('every product that an event names is found, once', () => {
  const [one, two] = [newId(), newId()];
  const data = { offers: [{ productId: one, offerId: newId() }, { productId: two }, { productId: one }] };
  expect([...productsIn(bytesOf({ id: newId(), data }))]).toEqual([one, two]);
});

it('a text that looks like an id names nothing', () => {
  const title = `"productId":"${newId()}"`;
  expect(productsIn(bytesOf({ data: { products: [{ title }] } })).size).toBe(0);
  expect(productsIn(Buffer.alloc(0)).size).toBe(0);
});
