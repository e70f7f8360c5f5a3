import { Injectable } from '@nestjs/common';
import type { Preference } from '@souk/contracts';
import type { Tx } from '@souk/service';
import type { Lane } from '../delivery/carrier.ts';
import { DEFAULT_PREFERENCE } from '../preferences/preference.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { type Due, SpeakingStore } from './speaking.store.ts';
import { decideSpeech } from './speech.ts';
import { PRICE_ERROR_URGENCY } from './urgency.ts';
import { startOfDay } from './when.ts';

/** Decides, just before an attempt begins, whether a channel that people read is told something now. */
@Injectable()
export class Speaking {
  constructor(
    private readonly store: SpeakingStore,
    private readonly preferences: PreferenceStore,
  ) {}

  /**
   * Of deliveries whose turn it is those that may be told. The others were put off or have ended; what is told together
   * with one of them has ended as well. Webhooks get everything at once.
   */
  async admit(tx: Tx, lane: Lane, deliveryIds: readonly string[], now: Date): Promise<string[]> {
    if (lane === 'webhook') return [...deliveryIds];
    const due = await this.store.due(tx, deliveryIds);
    const preferences = await this.preferences.lockMany(tx, [
      ...new Set(due.map(({ channelId }) => channelId)),
    ]);
    const admitted = new Set(deliveryIds);
    for (const delivery of due) {
      // Without any preference nothing is held back: most channels cost nothing here.
      const preference = preferences.get(delivery.channelId);
      if (preference && !(await this.mayTell(tx, delivery, preference, now))) admitted.delete(delivery.id);
    }
    for (const { id, source } of await this.store.toldElsewhere(tx, [...admitted], now)) {
      await this.store.withhold(tx, id, 'told', `the same was told of ${source} within the last day`, now);
      admitted.delete(id);
    }
    if (admitted.size > 0) await this.store.merge(tx, [...admitted], now);
    return [...admitted];
  }

  private async mayTell(tx: Tx, delivery: Due, preference: Preference, now: Date): Promise<boolean> {
    const { id, channelId, score, urgency, isDigest, isAskedFor } = delivery;
    const toldToday =
      preference.alertsPerDay === DEFAULT_PREFERENCE.alertsPerDay
        ? 0
        : await this.store.toldSince(tx, channelId, startOfDay(now, preference.timeZone), id);
    const isPriceError = urgency >= PRICE_ERROR_URGENCY;
    const utterance = { score, isUnlimited: isPriceError || isDigest, isAskedFor };
    const speech = decideSpeech(utterance, preference, { now, toldToday });
    if (speech.say === 'later')
      await this.store.hold(tx, channelId, speech.until, speech.reason, { ids: [id], now });
    if (speech.say === 'never') await this.store.withhold(tx, id, speech.as, speech.reason, now);
    return speech.say === 'now';
  }
}
