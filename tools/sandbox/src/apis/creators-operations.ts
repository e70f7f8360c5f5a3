import { createHash } from 'node:crypto';
import { type Marketplace } from '@souk/amazon';
import { catalogue } from '../catalogue.ts';
import { creatorsItem } from './creators-items.ts';
import type { ApiFault } from './faults.ts';
import { firstClosed, indexOf, stockSize } from './stock.ts';
import type { ApiAnswer, ApiWorld } from './world.ts';

const perCall = 10;
const mostPages = 10;

/** A refusal in the words of the Creators API. */
export const declined = (status: number, type: string, message: string, more: object = {}): ApiAnswer => ({
  status,
  body: { type, message, ...more },
});
export const invalid = (message: string, field: string, reason = 'FieldValidationFailed'): ApiAnswer =>
  declined(400, 'ValidationException', message, { reason, fieldList: [field] });
const noResults: ApiAnswer = {
  status: 404,
  body: { errors: [{ code: 'NoResults', message: 'No results.' }] },
};

interface Asked {
  fields: Record<string, unknown>;
  market: Marketplace;
  fault: ApiFault | undefined;
}
type Operation = (world: ApiWorld, asked: Asked) => ApiAnswer;

/** What each operation answers to a call that was let in. */
export const creatorsOperations: Readonly<Record<string, Operation>> = {
  getItems(world, asked) {
    const ids = listOf(asked.fields.itemIds);
    if (!ids || ids.length > perCall) return invalid('1 to 10 items can be asked for.', 'itemIds');
    const errors: object[] = [];
    const items = [...new Set(ids)].flatMap((id, place) => {
      if (asked.fault?.kind === 'omit' && place % 2 === 1) return [];
      const index = indexOf(id);
      const isClosed = (index ?? 0) >= firstClosed || (asked.fault?.kind === 'partial' && place % 2 === 1);
      if (index !== undefined && !isClosed) return [itemAt(world, asked, index)];
      errors.push(
        index === undefined
          ? { code: 'InvalidParameterValue', message: `The ItemId ${id} provided in the request is invalid.` }
          : {
              code: 'ItemNotAccessible',
              message: `The ItemId ${id} is not accessible through the Creators API.`,
            },
      );
      return [];
    });
    // Never in the order that was asked for.
    const shuffled = items.toSorted((left, right) => hashOf(left).localeCompare(hashOf(right)));
    return {
      status: 200,
      body: {
        ...(items.length > 0 && { itemsResult: { items: shuffled } }),
        ...(errors.length > 0 && { errors }),
      },
    };
  },

  searchItems(world, asked) {
    const { keywords, itemPage: page = 1, itemCount: count = perCall } = asked.fields;
    if (!isPage(page)) return invalid('Pages are 1 to 10.', 'itemPage');
    if (typeof count !== 'number' || count < 1 || count > perCall)
      return invalid('1 to 10 items.', 'itemCount');
    const wanted = textOf(keywords).toLowerCase();
    const models = catalogue.flatMap(({ title }, model) =>
      title.toLowerCase().includes(wanted) ? [model] : [],
    );
    if (models.length === 0) return noResults;
    const total = models.length * Math.floor(firstClosed / catalogue.length);
    const places = Array.from({ length: count }, (_none, at) => (page - 1) * count + at);
    const indexes = places.map(
      (place) => models[place % models.length]! + catalogue.length * Math.floor(place / models.length),
    );
    const items = indexes.map((index) => itemAt(world, asked, index));
    const searchURL = `https://${asked.market.host}/s?k=${encodeURIComponent(wanted)}`;
    return { status: 200, body: { searchResult: { items, totalResultCount: total, searchURL } } };
  },

  getVariations(world, asked) {
    const { asin, variationPage: page = 1 } = asked.fields;
    const index = indexOf(textOf(asin));
    if (!isPage(page)) return invalid('Pages are 1 to 10.', 'variationPage');
    if (index === undefined || page > 1) return noResults;
    const first = index - (index % 4);
    const sizes = ['S', 'M', 'L', 'XL'];
    const items = sizes.map((value, at) => ({
      ...itemAt(world, asked, Math.min(first + at, stockSize - 1)),
      variationAttributes: [{ name: 'size_name', value }],
    }));
    const variationSummary = {
      pageCount: 1,
      variationCount: 4,
      variationDimensions: [{ displayName: 'Size', name: 'size_name', values: sizes }],
    };
    return { status: 200, body: { variationsResult: { items, variationSummary } } };
  },

  getBrowseNodes(_world, { fields }) {
    const ids = listOf(fields.browseNodeIds);
    if (!ids || ids.length > perCall) return invalid('1 to 10 nodes can be asked for.', 'browseNodeIds');
    const errors: object[] = [];
    const browseNodes = ids.flatMap((id) => {
      const product = /^1\d\d$/.test(id) ? catalogue[Number(id) - 100] : undefined;
      if (product) {
        const [department, shelf] = product.category;
        const ancestor = { id: String(10 + (Number(id) % 10)), displayName: department };
        return [{ id, displayName: shelf, contextFreeName: shelf, isRoot: false, ancestor }];
      }
      errors.push({
        code: 'InvalidParameterValue',
        message: `The BrowseNodeId ${id} provided in the request is invalid.`,
      });
      return [];
    });
    return {
      status: 200,
      body: { browseNodesResult: { browseNodes }, ...(errors.length > 0 && { errors }) },
    };
  },
};

function itemAt({ seed, clock }: ApiWorld, { market, fault }: Asked, index: number): { asin?: unknown } {
  const now = clock.now();
  return creatorsItem(seed, index, clock.tickAt(now), now, market, fault?.kind === 'drift');
}

const hashOf = ({ asin }: { asin?: unknown }): string => createHash('md5').update(textOf(asin)).digest('hex');
const isPage = (page: unknown): page is number => typeof page === 'number' && page >= 1 && page <= mostPages;
const listOf = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
