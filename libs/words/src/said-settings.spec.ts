import { parseWords } from './parse-words.ts';
import { type SaidSettings, settingsIn } from './said-settings.ts';

const plain: readonly (readonly [string, SaidSettings])[] = [
  ['change my language to german', { language: 'de' }],
  ['change the language from german to english', { language: 'en' }],
  ['Stell die Sprache auf Englisch', { language: 'en' }],
  ['ganti bahasa ke inggris', { language: 'en' }],
  ['auf deutsch bitte', { language: 'de' }],
  ['quiet hours 22 to 7', { quietFrom: '22:00', quietTo: '07:00' }],
  ['set quiet hours from 10pm to 7am', { quietFrom: '22:00', quietTo: '07:00' }],
  ['set quiet hours from 22:30 until 6:15', { quietFrom: '22:30', quietTo: '06:15' }],
  ['stell die ruhezeiten auf 22 bis 7 uhr', { quietFrom: '22:00', quietTo: '07:00' }],
  ['ruhezeit 22 bis 7 uhr', { quietFrom: '22:00', quietTo: '07:00' }],
  ['do not disturb from 23:00 to 08:00', { quietFrom: '23:00', quietTo: '08:00' }],
  ['turn off quiet hours', { quietFrom: null, quietTo: null }],
  ['digest at 8', { digestAt: '08:00' }],
  ['daily digest at 8pm', { digest: 'daily', digestAt: '20:00' }],
  ['weekly digest please', { digest: 'weekly' }],
  ['tägliche zusammenfassung um 7:30 uhr', { digest: 'daily', digestAt: '07:30' }],
  ['turn off the digest', { digest: 'off' }],
  ['minimum score 80', { minimumScore: 80 }],
  ['Mindestscore 75', { minimumScore: 75 }],
  ['set the minimum score to 70', { minimumScore: 70 }],
  ['minimum score off', { minimumScore: null }],
  ['change my currency to euro', { currency: 'EUR' }],
  ['set my currency to inr', { currency: 'INR' }],
  ['set my time zone to Europe/Berlin', { timeZone: 'Europe/Berlin' }],
  ['change the time zone to new york', { timeZone: 'America/New_York' }],
  ['at most 3 alerts a day', { alertsPerDay: 3 }],
];

it.each(plain)('"%s" is a wish for a setting, and says which', (sentence, wanted) => {
  expect(parseWords(sentence).intent).toBe('settings');
  expect(settingsIn(sentence)).toEqual(wanted);
});

it.each([
  'settings',
  'quiet hours',
  'turn on quiet hours',
  'quiet hours 10 to 7',
  'quiet hours 22 to 22',
  'quiet hours 25 to 7',
  'quiet hours from 7 to 23',
  'quiet hours not from 22 to 7',
  'quiet hours 22 to 7 and digest at 8',
  'digest',
  'digest at 8 or 9',
  'digest at 25',
  'daily or weekly digest',
  'minimum score',
  'minimum score 800',
  'minimum score 70 or 80',
  'set my currency',
  'change my currency from euro to dollar',
  'change my time zone',
  'show me iphone prices in euro',
  'change the language',
  'at most 0 alerts a day',
  'german or english please',
])('"%s" is not plain enough to act on', (sentence) => {
  expect(settingsIn(sentence)).toBeNull();
});
