import { Body, Controller, Post } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { PreviewFeed, type ResponseOf } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { Operation } from '../http/operation.ts';
import { FeedPreviewBody, FeedPreviewView } from './feed.schemas.ts';

type Observation = NonNullable<ResponseOf<typeof PreviewFeed>['lines'][number]['observation']>;

@Controller('v1/feeds')
export class FeedsController {
  constructor(private readonly bus: Bus) {}

  @Post('preview')
  @Operation({
    id: 'previewFeed',
    summary: 'How the first rows of a feed would be read',
    description:
      'Columns, a proposed mapping, and the first 20 rows as prices or with what is wrong with them. Nothing is stored.',
    scope: 'operator',
    body: FeedPreviewBody,
    bodyExample: {
      sample: 'sku;name;price\na1;Kettle;14,99 €\n',
      settings: { columns: { product: 'sku', title: 'name', price: 'price' } },
    },
    responses: { 200: { description: 'How it would be read.', schema: FeedPreviewView } },
  })
  async preview(@Body() body: FeedPreviewBody): Promise<FeedPreviewView> {
    const preview = await this.bus.ask(PreviewFeed, body);
    return {
      ...preview,
      lines: preview.lines.map((line) => ({
        ...line,
        observation: line.observation && view(line.observation),
      })),
    };
  }
}

function view({
  priceMinor,
  listPriceMinor,
  memberPriceMinor,
  shippingMinor,
  ...facts
}: Observation): NonNullable<FeedPreviewView['lines'][number]['observation']> {
  const amount = (minor: number): string => formatAmount(minor, facts.currency);
  return {
    ...facts,
    price: amount(priceMinor),
    ...(listPriceMinor !== undefined && { listPrice: amount(listPriceMinor) }),
    ...(memberPriceMinor !== undefined && { memberPrice: amount(memberPriceMinor) }),
    ...(shippingMinor !== undefined && { shipping: amount(shippingMinor) }),
  };
}
