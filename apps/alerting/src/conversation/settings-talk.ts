import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ChangePreference, GetPreference, Preference } from '@souk/contracts';
import { settingsIn } from '@souk/words';
import { type Setting, settingOf } from '../preferences/settings.ts';
import { languageOf } from '../texts/languages.ts';
import { type Answered, choice, chooses, says, type Turn } from './turn.ts';

type Changes = Partial<Preference>;

/** Changes how a chat wants to be spoken to, where words say it plainly; else the channel shows its menu. */
@Injectable()
export class SettingsTalk {
  constructor(private readonly bus: Bus) {}

  async said(turn: Turn, text: string): Promise<Answered> {
    const wanted = settingsIn(text);
    const channelId = channelOf(turn);
    if (wanted === null || channelId === undefined) return menu;
    const { accountId } = turn.input;
    const { preference } = await this.bus.ask(GetPreference, { accountId, channelId });
    const read = Preference.partial().safeParse(completed(wanted, preference));
    if (!read.success || !isSpoken(read.data.language)) return menu;
    const before = previous(turn) ?? valuesOf(preference, read.data);
    await this.bus.ask(ChangePreference, { accountId, channelId, changes: read.data });
    return {
      ...told(read.data, [
        choice('button.undo', chooses(turn, 0)),
        choice('button.settings', { do: 'settings' }),
      ]),
      memory: { undo: { question: turn.question, before } },
    };
  }

  /** As it was before the words. */
  async undo(turn: Turn, before: Changes): Promise<Answered> {
    const channelId = channelOf(turn);
    if (channelId === undefined) return says('chat.expired');
    const { accountId } = turn.input;
    await this.bus.ask(ChangePreference, { accountId, channelId, changes: before });
    return { ...told(before, [choice('button.settings', { do: 'settings' })]), replaces: true };
  }
}

const menu: Answered = { blocks: [{ kind: 'settings' }] };

/** The inbox, and chats that speak for several channels, have no settings of their own. */
const channelOf = ({ input: { channels } }: Turn): string | undefined =>
  channels.length === 1 && channels[0] !== 'inbox' ? channels[0] : undefined;

/** Who names a time for the digest wants one. */
const completed = (wanted: Changes, { digest }: Preference): Changes =>
  wanted.digestAt !== undefined && wanted.digest === undefined && digest === 'off'
    ? { ...wanted, digest: 'daily' }
    : wanted;

/** There is a catalogue: any other language would be answered in English. */
const isSpoken = (language: string | undefined): boolean =>
  language === undefined || languageOf(language) === language;

/** Handed over again, the words find their own change: what was before them is known from the first time. */
const previous = ({ memory: { undo }, question }: Turn): Changes | undefined =>
  undo?.question === question ? undo.before : undefined;

const valuesOf = (preference: Preference, changes: Changes): Changes =>
  Object.fromEntries(Object.keys(changes).map((field) => [field, preference[field as keyof Preference]]));

function told(changes: Changes, choices: ReturnType<typeof choice>[]): Answered {
  const settings = Object.keys(changes).map((field): Setting => settingOf(field as keyof Preference));
  return { blocks: [{ kind: 'settings', changed: { settings: [...new Set(settings)], choices } }] };
}
