import { Injectable } from '@nestjs/common';
import type { Preference } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { isSetting, type Setting, withSetting } from '../preferences/settings.ts';
import { setTenants } from '../tenants.ts';
import { languageOf } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import type { Answer } from './answer.ts';
import type { Listener } from './replies.ts';
import { settingMessage, settingsMessage } from './settings-message.ts';
import type { Tied } from './telegram.store.ts';

/** Shows and changes how a chat wants to be spoken to. */
@Injectable()
export class SettingsAnswers {
  constructor(private readonly preferences: PreferenceStore) {}

  all({ preference, texts }: Listener): Answer {
    return { messages: [settingsMessage(preference, texts)], replaces: true };
  }

  one(field: string, { preference, texts }: Listener): Answer {
    if (!isSetting(field)) return { messages: [], toast: texts.say('press.stale') };
    return { messages: [settingMessage(field, preference, texts)], replaces: true };
  }

  /** The same value twice changes nothing the second time. */
  set(field: string, value: string, tied: Tied, { texts }: Listener): Answer {
    if (!isSetting(field)) return { messages: [], toast: texts.say('press.stale') };
    return {
      messages: [],
      replaces: true,
      within: async (tx) => {
        const { preference, texts: own } = await this.changed(tx, tied, field, value);
        return [
          field === 'insights' ? settingMessage(field, preference, own) : settingsMessage(preference, own),
        ];
      },
    };
  }

  /** `/settings`, or `/settings time-zone Asia/Kolkata` for values that no button offers. */
  command(rest: string, tied: Tied, listener: Listener): Answer {
    const [field = '', ...words] = rest.split(/\s+/);
    if (!isSetting(field)) return { ...this.all(listener), replaces: false };
    const value = words.join('');
    if (value === '') return { ...this.one(field, listener), replaces: false };
    return { ...this.set(field, value, tied, listener), replaces: false };
  }

  private async changed(
    tx: Tx,
    { accountId, channelId }: Tied,
    field: Setting,
    value: string,
  ): Promise<{ preference: Preference; texts: Texts }> {
    await setTenants(tx, [accountId]);
    const before = await this.preferences.get(tx, channelId);
    const changed = withSetting(before, field, value);
    if (changed) await this.preferences.save(tx, accountId, channelId, changed);
    const preference = changed ?? before;
    return { preference, texts: new Texts(languageOf(preference.language), preference.timeZone) };
  }
}
