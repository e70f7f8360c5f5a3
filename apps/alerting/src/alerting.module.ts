import { type DynamicModule, Module } from '@nestjs/common';
import { AlertHandlers } from './alerts/alerts.handlers.ts';
import { AlertRestraint } from './alerts/alert-restraint.ts';
import { AlertStore } from './alerts/alert.store.ts';
import { DailyRates } from './alerts/day-rates.ts';
import { MatchStore } from './alerts/match.store.ts';
import { MemoryStore } from './alerts/memory.store.ts';
import { RateStore } from './alerts/rate.store.ts';
import { ChannelHandlers } from './channels/channels.handlers.ts';
import { ChannelStore } from './channels/channel.store.ts';
import { ChannelTester } from './channels/channel-tester.ts';
import { Sender } from './channels/sender.ts';
import { TelegramBot } from './telegram/telegram-bot.ts';
import { TelegramPoller } from './telegram/telegram-poller.ts';
import { TelegramStore } from './telegram/telegram.store.ts';
import { ALERTING_CONFIG, type AlertingConfig } from './config.ts';
import { Attempts } from './delivery/attempts.ts';
import { DeliveryStore } from './delivery/delivery.store.ts';
import { DeliveryWorker } from './delivery/delivery.worker.ts';
import { PaceStore } from './delivery/pace.store.ts';
import { IndexStore } from './watches/index.store.ts';
import { Listings } from './watches/listings.ts';
import { ProductHandlers } from './watches/products.handlers.ts';
import { ProductStore } from './watches/product.store.ts';
import { Subjects } from './watches/subjects.ts';
import { WatchHandlers } from './watches/watches.handlers.ts';
import { WatchStore } from './watches/watch.store.ts';
import { WatchWriter } from './watches/watch-writer.ts';

@Module({
  controllers: [AlertHandlers, ProductHandlers, WatchHandlers, ChannelHandlers],
  providers: [
    WatchStore,
    WatchWriter,
    IndexStore,
    ProductStore,
    Subjects,
    Listings,
    MatchStore,
    MemoryStore,
    AlertRestraint,
    RateStore,
    DailyRates,
    AlertStore,
    ChannelStore,
    TelegramStore,
    TelegramBot,
    TelegramPoller,
    ChannelTester,
    Sender,
    DeliveryStore,
    PaceStore,
    Attempts,
    DeliveryWorker,
  ],
})
export class AlertingModule {
  static register(config: AlertingConfig): DynamicModule {
    return { module: AlertingModule, providers: [{ provide: ALERTING_CONFIG, useValue: config }] };
  }
}
