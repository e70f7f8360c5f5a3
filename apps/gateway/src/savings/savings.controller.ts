import { Body, Controller, Delete, Get, Param, Post, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetSavings, MarkBought, UndoPurchase } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { PurchaseBody, purchaseView, PurchaseView, SavingsQuery, SavingsView } from './purchase.schemas.ts';

/** What was bought, and what that saved. */
@Controller('v1')
export class SavingsController {
  constructor(private readonly bus: Bus) {}

  @Post('purchases')
  @Operation({
    id: 'markBought',
    summary: 'Note that something was bought',
    description: 'An alert is bought once: a repetition answers the purchase that was noted first.',
    scope: 'watches',
    body: PurchaseBody,
    bodyExample: { productId: '01890a5d-ac96-774b-bcce-b302099a8057', price: '9.99', currency: 'EUR' },
    responses: { 201: { description: 'The purchase.', schema: PurchaseView } },
  })
  async mark(
    @Caller() { accountId }: CallerInfo,
    @Body() body: PurchaseBody,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof PurchaseView>> {
    const purchaseId = idFor(request, accountId);
    return purchaseView((await this.bus.ask(MarkBought, { accountId, purchaseId, ...body })).purchase);
  }

  @Delete('purchases/:id')
  @Operation({
    id: 'undoPurchase',
    summary: 'Forget a purchase that was noted by mistake',
    description: 'It no longer counts as saved, and its alert can be marked as bought again.',
    scope: 'watches',
    params: IdParams,
    responses: { 204: { description: 'It is gone.' } },
  })
  async undo(@Caller() { accountId }: CallerInfo, @Param() { id }: IdParams): Promise<void> {
    await this.bus.ask(UndoPurchase, { accountId, purchaseId: id });
  }

  @Get('savings')
  @Operation({
    id: 'getSavings',
    summary: 'What was saved on what was bought, against usual prices',
    scope: 'read',
    query: SavingsQuery,
    responses: { 200: { description: 'Totals by currency, and the newest purchases.', schema: SavingsView } },
  })
  async savings(
    @Caller() { accountId }: CallerInfo,
    @Query() query: SavingsQuery,
  ): Promise<z.infer<typeof SavingsView>> {
    const { totals, purchases } = await this.bus.ask(GetSavings, { accountId, ...query });
    return {
      totals: totals.map(({ currency, paidMinor, savedMinor, ...counts }) => ({
        currency,
        ...counts,
        paid: formatAmount(paidMinor, currency),
        saved: formatAmount(savedMinor, currency),
      })),
      purchases: purchases.map(purchaseView),
    };
  }
}
