import type { Catalogue } from './catalogue.ts';
import type { REASON_TEXTS } from './reason-texts.ts';

export const germanReasons: Pick<Catalogue, keyof typeof REASON_TEXTS> = {
  'reason.below': 'unter {limit} gefallen: jetzt {price}, {before}',
  'reason.above': 'über {limit} gestiegen: jetzt {price}, {before}',
  'reason.in-stock-below': 'unter {limit} zu kaufen: jetzt {price}, {before}',
  'reason.in-stock-again-below': 'wieder vorrätig unter {limit}: jetzt {price}, {before}',
  'reason.in-stock-after-preorder-below':
    'vorrätig und nicht mehr nur vorbestellbar unter {limit}: jetzt {price}, {before}',
  'reason.before': 'vorher {price}',
  'reason.first': 'der erste gesehene Preis',
  'reason.with-shipping': '{price} mit Versand',
  'reason.fell': 'um {moved} von {before} auf {price} gefallen; gewünscht waren {asked}',
  'reason.rose': 'um {moved} von {before} auf {price} gestiegen; gewünscht waren {asked}',
  'reason.below-usual': '{moved} unter den üblichen {usual}: jetzt {price}; gewünscht waren {asked}',
  'reason.above-usual': '{moved} über den üblichen {usual}: jetzt {price}; gewünscht waren {asked}',
  'reason.below-chosen': '{asked} unter den {chosen}, die du genannt hast: jetzt {price}',
  'reason.above-chosen': '{asked} über den {chosen}, die du genannt hast: jetzt {price}',
  'reason.lowest': '{price} ist niedriger als jeder frühere Preis; der niedrigste war {lowest}',
  'reason.low-of-days':
    '{price} ist niedriger als jeder Preis der letzten {days} Tage; der niedrigste war {lowest}',
  'reason.back-in-stock': 'wieder zu kaufen für {price}, nachdem es nicht vorrätig war',
  'reason.score': '{score}; gewünscht waren {asked}',
  'reason.score-rose-from': 'die Bewertung stieg von {from} auf {score}',
  'reason.score-rose': 'die Bewertung stieg auf {score}',
  'reason.score-is': 'die Bewertung ist {score}',
  'reason.score-below-usual': '{score} bei {price}, {percent} % unter den üblichen {usual}',
  'reason.real-discount': '{real} % unter dem niedrigsten Preis der 30 Tage davor; gewünscht waren {asked} %',
};
