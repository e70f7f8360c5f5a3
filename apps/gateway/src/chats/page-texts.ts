/** What pages say that links in mails and in Slack lead to. */
export interface PageTexts {
  language: string;
  ask: string;
  end: string;
  ended: (address: string) => string;
  installed: (workspace: string) => string;
  notInstalled: string;
}

const TEXTS: Readonly<Record<string, PageTexts>> = {
  en: {
    language: 'en',
    ask: 'No more alerts by mail to this address?',
    end: 'No more mails',
    ended: (address) => `No more alerts go to ${address}.`,
    installed: (workspace) =>
      `The app is installed in ${workspace}. Invite it to a channel and say /souk link with the code of your channel there.`,
    notInstalled: 'The app was not installed.',
  },
  de: {
    language: 'de',
    ask: 'Keine Meldungen mehr per Mail an diese Adresse?',
    end: 'Keine Mails mehr',
    ended: (address) => `An ${address} gehen keine Meldungen mehr.`,
    installed: (workspace) =>
      `Die App ist in ${workspace} installiert. Lade sie in einen Kanal ein und sage dort /souk link mit dem Code deines Kanals.`,
    notInstalled: 'Die App wurde nicht installiert.',
  },
};

/** In the first language of the browser that there are texts in, English otherwise. */
export function pageTexts(acceptLanguage: string | undefined): PageTexts {
  const languages = (acceptLanguage ?? '').split(',', 20).map((tag) => tag.trim().slice(0, 2).toLowerCase());
  const known = languages.find((language) => Object.hasOwn(TEXTS, language));
  return TEXTS[known ?? 'en']!;
}
