/** A rule of customs that an estimate can be made from: what it says, from when to when, and who says so. */
interface DutyRule {
  /** Countries of delivery. */
  to: ReadonlySet<string>;
  /** Days, the first included; `until` null: in force until another one is written here. */
  from: string;
  until: string | null;
  /** Parcels of at most this worth; null: of any. */
  upTo: { minor: number; currency: string } | null;
  /** For one product; null: it depends on its tariff code and origin, which nobody here knows. */
  amount: { minor: number; currency: string } | null;
  rule: string;
  source: string;
}

const EU = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(' '),
);
const EU_LIMIT = { minor: 15_000, currency: 'EUR' } as const;
const EU_SMALL_PARCELS =
  'Council of the European Union, 12 December 2025: customs duty of €3 on items in small parcels from 1 July 2026';
const EU_RELIEF = 'Council Regulation (EC) No 1186/2009, article 23';

/** The first that fits is taken. Estimates: whoever relies on them asks customs. */
const RULES: readonly DutyRule[] = [
  {
    to: EU,
    from: '2026-07-01',
    until: null,
    upTo: EU_LIMIT,
    amount: { minor: 300, currency: 'EUR' },
    rule: '3 EUR for each tariff line in parcels of at most 150 EUR; one product is one line',
    source: EU_SMALL_PARCELS,
  },
  {
    to: EU,
    from: '2008-12-01',
    until: '2026-06-30',
    upTo: EU_LIMIT,
    amount: { minor: 0, currency: 'EUR' },
    rule: 'no duty on parcels of at most 150 EUR',
    source: EU_RELIEF,
  },
  {
    to: EU,
    from: '2008-12-01',
    until: null,
    upTo: null,
    amount: null,
    rule: 'above 150 EUR the duty depends on tariff code and origin',
    source: EU_RELIEF,
  },
  {
    to: new Set(['US']),
    from: '2025-08-29',
    until: null,
    upTo: null,
    amount: null,
    rule: 'the exemption up to 800 USD is suspended for all countries: the duty depends on tariff code and origin',
    source:
      'Executive Order 14324 of 30 July 2025, Suspending Duty-Free De Minimis Treatment for All Countries',
  },
];

export interface DutyRuleFound {
  amount: { minor: number; currency: string } | null;
  rule: string;
  source: string;
}

/**
 * What customs would take of one product that is sent from one country to another, as far as a rule says so: an
 * estimate without taxes and fees. Undefined: no border is crossed; null: no rule is known.
 * @param valueIn the price in minor units of a currency; undefined where it cannot be converted
 */
export function dutyOf(
  { from, to, day }: { from: string; to: string; day: string },
  valueIn: (currency: string) => number | undefined,
): DutyRuleFound | null | undefined {
  if (from === to || (EU.has(from) && EU.has(to))) return undefined;
  const found = RULES.find((rule) => {
    if (!rule.to.has(to) || day < rule.from || (rule.until !== null && day > rule.until)) return false;
    if (rule.upTo === null) return true;
    const value = valueIn(rule.upTo.currency);
    return value !== undefined && value <= rule.upTo.minor;
  });
  return found ? { amount: found.amount, rule: found.rule, source: found.source } : null;
}
