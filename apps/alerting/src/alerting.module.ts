import { type DynamicModule, Module } from '@nestjs/common';
import { AlertHandlers } from './alerts/alerts.handlers.ts';
import { AlertRaising } from './alerts/raising.ts';
import { CrowdStore } from './alerts/crowd.store.ts';
import { CrowdWorker } from './alerts/crowd.worker.ts';
import { AlertRestraint } from './alerts/alert-restraint.ts';
import { AlertStore } from './alerts/alert.store.ts';
import { DailyRates } from './alerts/day-rates.ts';
import { MatchStore } from './alerts/match.store.ts';
import { MemoryStore } from './alerts/memory.store.ts';
import { RateStore } from './alerts/rate.store.ts';
import { ChannelHandlers } from './channels/channels.handlers.ts';
import { ChannelStore } from './channels/channel.store.ts';
import { ChannelTester } from './channels/channel-tester.ts';
import { PreferenceHandlers } from './preferences/preferences.handlers.ts';
import { PreferenceStore } from './preferences/preference.store.ts';
import { InHand } from './in-hand.ts';
import { AnswerStore } from './telegram/answer.store.ts';
import { AnswerWorker } from './telegram/answer.worker.ts';
import { Charts } from './telegram/charts.ts';
import { Linking } from './telegram/linking.ts';
import { PressAnswers } from './telegram/press-answers.ts';
import { Replies } from './telegram/replies.ts';
import { SettingsAnswers } from './telegram/settings-answers.ts';
import { TelegramAnswers } from './telegram/telegram-answers.ts';
import { TelegramSender } from './telegram/telegram-sender.ts';
import { SendGate } from './telegram/send-gate.ts';
import { TelegramBot } from './telegram/telegram-bot.ts';
import { TelegramPoller } from './telegram/telegram-poller.ts';
import { TelegramStore } from './telegram/telegram.store.ts';
import { Conversation } from './conversation/conversation.ts';
import { Forgetting } from './conversation/forgetting.ts';
import { LanguageModel } from './conversation/language-model.ts';
import { MemoryOfChats } from './conversation/memory.ts';
import { ProductFinder } from './conversation/product-finder.ts';
import { ProductTalk } from './conversation/product-talk.ts';
import { SavingsTalk } from './conversation/savings-talk.ts';
import { SettingsTalk } from './conversation/settings-talk.ts';
import { WatchFinder } from './conversation/watch-finder.ts';
import { WatchMaker } from './conversation/watch-maker.ts';
import { WatchTalk } from './conversation/watch-talk.ts';
import { PurchaseHandlers } from './purchases/purchases.handlers.ts';
import { PurchaseStore } from './purchases/purchase.store.ts';
import { ALERTING_CONFIG, type AlertingConfig } from './config.ts';
import { SlackInstallHandlers } from './slack/slack-install.handlers.ts';
import { ChannelCareHandlers } from './channels/channel-care.handlers.ts';
import { LinkCodeStore } from './channels/link-code.store.ts';
import { Cards } from './cards/cards.ts';
import { Variants } from './cards/variants.ts';
import { Market } from './cards/market.ts';
import { ChatDoors } from './chats/chat-doors.ts';
import { ChatHandlers } from './chats/chats.handlers.ts';
import { ChatUpdateStore } from './chats/chat-update.store.ts';
import { ChatWorker } from './chats/chat-worker.ts';
import { Carriers } from './delivery/carriers.ts';
import { ChannelTroubles } from './delivery/channel-troubles.ts';
import { DeliveryLogStore } from './delivery/delivery-log.store.ts';
import { EmailCarrier } from './email/email-carrier.ts';
import { Smtp } from './email/smtp.ts';
import { NoticeStore } from './notices/notice.store.ts';
import { NoticeHandlers } from './notices/notices.handlers.ts';
import { Notices } from './notices/notices.ts';
import { SlackApp } from './slack/slack-app.ts';
import { SlackCarrier } from './slack/slack-carrier.ts';
import { SlackCharts } from './slack/slack-charts.ts';
import { SlackClients } from './slack/slack-clients.ts';
import { SlackCommands } from './slack/slack-commands.ts';
import { SlackDoor } from './slack/slack-door.ts';
import { SlackEvents } from './slack/slack-events.ts';
import { SlackLinks } from './slack/slack-links.ts';
import { SlackStore } from './slack/slack.store.ts';
import { TelegramCarrier } from './telegram/telegram-carrier.ts';
import { TelegramDoor } from './telegram/telegram-door.ts';
import { WebhookCarrier } from './webhook/webhook-carrier.ts';
import { SlackTalk } from './slack/slack-talk.ts';
import { SlackVariants } from './slack/slack-variants.ts';
import { SlackReplies } from './slack/slack-replies.ts';
import { Attempts } from './delivery/attempts.ts';
import { Loading } from './delivery/loading.ts';
import { Recording } from './delivery/recording.ts';
import { DeliveryStore } from './delivery/delivery.store.ts';
import { DeliveryWorker } from './delivery/delivery.worker.ts';
import { PaceStore } from './delivery/pace.store.ts';
import { LinkHandlers } from './speaking/links.handlers.ts';
import { LinkStore } from './speaking/link.store.ts';
import { DigestStore } from './digests/digest.store.ts';
import { DigestWorker } from './digests/digest.worker.ts';
import { Materials } from './digests/material.ts';
import { Release } from './speaking/release.ts';
import { Speaking } from './speaking/speaking.ts';
import { SpeakingStore } from './speaking/speaking.store.ts';
import { BulkHandlers } from './watches/bulk.handlers.ts';
import { DeliveryHolds } from './watches/explain/delivery-holds.ts';
import { ExplainHandlers } from './watches/explain/explain.handlers.ts';
import { NoteStore } from './watches/explain/note.store.ts';
import { QuarantineHandlers } from './watches/explain/quarantine.handlers.ts';
import { ImportHandlers } from './watches/import/import.handlers.ts';
import { SubjectsOfFile } from './watches/import/subjects-of-file.ts';
import { IndexStore } from './watches/index.store.ts';
import { Followers } from './watches/followers.ts';
import { Listings } from './watches/listings.ts';
import { WatchPast } from './watches/watch-past.ts';
import { ProductHandlers } from './watches/products.handlers.ts';
import { ProductStore } from './watches/product.store.ts';
import { Subjects } from './watches/subjects.ts';
import { WatchBinder } from './watches/watch-binder.ts';
import { WatchHandlers } from './watches/watches.handlers.ts';
import { WatchStore } from './watches/watch.store.ts';
import { WatchWriter } from './watches/watch-writer.ts';

@Module({
  controllers: [
    AlertHandlers,
    ProductHandlers,
    LinkHandlers,
    WatchHandlers,
    BulkHandlers,
    ImportHandlers,
    ExplainHandlers,
    QuarantineHandlers,
    ChannelHandlers,
    SlackInstallHandlers,
    ChannelCareHandlers,
    ChatHandlers,
    NoticeHandlers,
    PurchaseHandlers,
    PreferenceHandlers,
  ],
  providers: [
    WatchStore,
    WatchWriter,
    WatchBinder,
    SubjectsOfFile,
    NoteStore,
    DeliveryHolds,
    SpeakingStore,
    Speaking,
    Release,
    LinkStore,
    DigestStore,
    Materials,
    DigestWorker,
    IndexStore,
    ProductStore,
    Subjects,
    Listings,
    WatchPast,
    Followers,
    MatchStore,
    MemoryStore,
    AlertRestraint,
    AlertRaising,
    CrowdStore,
    CrowdWorker,
    RateStore,
    DailyRates,
    AlertStore,
    ChannelStore,
    TelegramStore,
    { provide: SendGate, useFactory: () => new SendGate() },
    TelegramBot,
    TelegramSender,
    TelegramAnswers,
    AnswerStore,
    AnswerWorker,
    Charts,
    Linking,
    PressAnswers,
    Replies,
    SettingsAnswers,
    PreferenceStore,
    TelegramPoller,
    ChannelTester,
    DeliveryStore,
    InHand,
    PaceStore,
    LinkCodeStore,
    Cards,
    Variants,
    Market,
    ChatDoors,
    ChatUpdateStore,
    ChatWorker,
    Carriers,
    ChannelTroubles,
    DeliveryLogStore,
    EmailCarrier,
    Smtp,
    NoticeStore,
    Notices,
    SlackApp,
    SlackCarrier,
    SlackCharts,
    SlackClients,
    SlackCommands,
    SlackDoor,
    SlackEvents,
    SlackLinks,
    SlackStore,
    TelegramCarrier,
    TelegramDoor,
    WebhookCarrier,
    SlackTalk,
    SlackVariants,
    SlackReplies,
    Attempts,
    Loading,
    Recording,
    DeliveryWorker,
    PurchaseStore,
    MemoryOfChats,
    Forgetting,
    LanguageModel,
    ProductFinder,
    WatchFinder,
    ProductTalk,
    WatchMaker,
    WatchTalk,
    SavingsTalk,
    SettingsTalk,
    Conversation,
  ],
})
export class AlertingModule {
  static register(config: AlertingConfig): DynamicModule {
    return { module: AlertingModule, providers: [{ provide: ALERTING_CONFIG, useValue: config }] };
  }
}
