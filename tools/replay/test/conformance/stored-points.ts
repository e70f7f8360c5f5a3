import { forEachParallel, type Api, type HistoryPoint, type ListedProduct } from './api.ts';

/** The products of a source, by their code. */
export async function productsOf(api: Api, source: string): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for await (const { id, product } of api.list<ListedProduct>(`/v1/products?source=${source}`))
    ids.set(product, id);
  return ids;
}

/** Reads the history of each product and hands it over; answers how many points there are in all. */
export async function countPoints(
  api: Api,
  products: ReadonlyMap<string, string>,
  look: (product: string, points: HistoryPoint[]) => void = () => undefined,
): Promise<number> {
  let total = 0;
  await forEachParallel([...products], async ([product, id]) => {
    const points = await api.history(id);
    total += points.length;
    look(product, points);
  });
  return total;
}
