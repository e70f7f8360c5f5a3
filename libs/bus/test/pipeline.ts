import { Controller, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { Answer, type Batch, busMigrations, Subscribe } from '@souk/bus';
import {
  GetDeals,
  OffersAccepted,
  DealsScored,
  type DataOf,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  Refusal,
} from '@souk/contracts';
import { BaseConfig } from '@souk/service';
import type { ServiceUnderTest } from '@souk/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How the handler under test behaves, changed by a test while it runs. */
export interface Behaviour {
  /** Called before the effect; may throw or wait. */
  before: (prices: number[]) => Promise<void> | void;
  /** Called before a question is answered; may wait. */
  beforeAnswer?: () => Promise<void>;
  batches: number[][];
}

class Effects1 implements MigrationInterface {
  name = 'Effects1763600000001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create table effect (place bigint generated always as identity, product_id uuid, price_minor bigint, account_id uuid)',
    );
  }
  async down(): Promise<void> {
    throw new Error('forward only');
  }
}
Object.defineProperty(Effects1, 'name', { value: 'Effects1763600000001' });

/** A small service with the bus's promises to keep: it writes down each price and publishes it scored. */
export function recorder(behaviour: Behaviour, env: Record<string, string> = {}): ServiceUnderTest {
  @Controller()
  class Handlers {
    @Subscribe(OffersAccepted, { maxMessages: 20 })
    async record(batch: Batch<typeof OffersAccepted>): Promise<void> {
      const prices = batch.messages.flatMap((message) =>
        message.data.offers.map((offer) => offer.priceMinor),
      );
      behaviour.batches.push(prices);
      for (const message of batch.messages) {
        for (const offer of message.data.offers) {
          await batch.tx.query(
            'insert into effect (product_id, price_minor, account_id) values ($1, $2, $3)',
            [offer.productId, offer.priceMinor, message.accountId],
          );
        }
        const { source, mode, offers } = message.data;
        const deals = offers.map(({ productId, offerId, product, priceMinor, currency, observedAt }) => ({
          productId,
          offerId,
          product,
          priceMinor,
          currency,
          observedAt,
        }));
        batch.publish(DealsScored, { source, mode, deals }, { causedBy: message, key: offers[0]!.productId });
      }
      await behaviour.before(prices);
    }

    @Answer(GetDeals)
    async deals(request: { productIds: string[] }): Promise<{ deals: [] }> {
      if (request.productIds.length > 1)
        throw new Refusal('invalid', 'one at a time', {
          problems: [{ field: 'productIds', problem: 'one' }],
        });
      await behaviour.beforeAnswer?.();
      return { deals: [] };
    }
  }

  @Module({ controllers: [Handlers], providers: [] })
  class Recorder {}
  Injectable()(Recorder);

  return {
    config: BaseConfig,
    module: (): DynamicModule => ({ module: Recorder }),
    migrations: [...busMigrations, Effects1],
    env,
  };
}

/** One message with one price of one product. */
export function offer(product: string, priceMinor: number): DataOf<typeof OffersAccepted> {
  const productId = productIdOf(OPERATOR_ACCOUNT_ID, 'shop', product);
  return {
    source: 'shop',
    fetchId: productId,
    origin: 'posted',
    collectedAt: '2026-01-01T00:00:00.000Z',
    mode: 'live',
    offers: [
      {
        productId,
        offerId: productId,
        product,
        priceMinor,
        currency: 'USD',
        observedAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  };
}

export const keyOf = (product: string): string => productIdOf(OPERATOR_ACCOUNT_ID, 'shop', product);
