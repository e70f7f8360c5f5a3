import type { Agreement } from './anomalies.ts';
import type { Comparison } from './compare.ts';
import type { Measures } from './metrics.ts';
import { REGRET_DAYS } from './outcomes.ts';
import type { ForecastResult } from './predictions.ts';
import { RULES } from './rules.ts';
import { type SetAside, setAsideSentence } from './sift.ts';

/** Everything that a run found; what is written as JSON. */
export interface BacktestResult {
  name: string;
  command: string;
  madeOn: string;
  seconds: number;
  scoreVersion: string;
  offers: number;
  prices: number;
  firstDay: string;
  lastDay: string;
  skipped: Record<string, number>;
  /** Readings that were made wrong on purpose. */
  poisoned: number;
  /** Undefined where readings were taken as they stand. */
  setAside: SetAside | undefined;
  comparisons: Comparison[];
  forecasts: ForecastResult[];
  agreement: Agreement[];
}

/** A Brier score below it is printed as 0. */
const LEAST_BRIER = 0.00005;

const decimals = (value: number, digits = 2): string => (Number.isNaN(value) ? '-' : value.toFixed(digits));
const thousands = (value: number): string => value.toLocaleString('en-US');

/** The section of one history as Markdown. */
export function sectionOf(result: BacktestResult): string {
  const parts = [
    `## ${result.name}\n\n\`${result.command}\`\n\n${thousands(result.prices)} prices of ${thousands(result.offers)} offers, ${result.firstDay} to ${result.lastDay}; ${result.scoreVersion}; ${decimals(result.seconds, 0)} s.`,
    poisonSentence(result.poisoned),
    setAsideSentence(result.setAside),
    verdictOf(result),
    comparisonTable(result.comparisons, result.poisoned > 0),
    result.poisoned > 0 ? '' : forecastTables(result.forecasts),
    agreementTable(result.agreement),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const poisonSentence = (count: number): string =>
  count === 0
    ? ''
    : `${thousands(count)} readings were made wrong on purpose; alerts are judged by what the prices really were.`;

/** What Souk wins and loses, and which rules said nothing, told before the figures. */
export function verdictOf({ comparisons }: Pick<BacktestResult, 'comparisons'>): string {
  const lost = comparisons.flatMap(({ rule, measuresOfRule, measuresOfSouk }) => [
    ...(measuresOfSouk.regretMean > measuresOfRule.regretMean ? [`regret against "${rule}"`] : []),
    ...(measuresOfSouk.regretP90 > measuresOfRule.regretP90 ? [`the worst regrets against "${rule}"`] : []),
    ...(measuresOfSouk.precision < measuresOfRule.precision ? [`precision against "${rule}"`] : []),
    ...(measuresOfSouk.savingMean < measuresOfRule.savingMean ? [`savings against "${rule}"`] : []),
    ...(measuresOfSouk.lowsMissed > measuresOfRule.lowsMissed ? [`lasting lows against "${rule}"`] : []),
    ...(measuresOfSouk.fakes > measuresOfRule.fakes ? [`fake discounts against "${rule}"`] : []),
  ]);
  if (comparisons.length === 0) return 'No rule raised an alert that can be judged.';
  const silent = RULES.filter(({ name }) => !comparisons.some(({ rule }) => rule === name));
  return [
    lost.length === 0 ? 'Souk is behind in nothing.' : `Souk is behind in: ${lost.join('; ')}.`,
    ...silent.map(({ name }) => `"${name}" raised no alert that can be judged.`),
  ].join(' ');
}

function comparisonTable(comparisons: readonly Comparison[], isPoisoned: boolean): string {
  if (comparisons.length === 0) return '';
  const row = (name: string, measures: Measures): string =>
    `| ${name} | ${thousands(measures.alerts)} | ${decimals(measures.regretMean)} | ${decimals(measures.regretP90)} | ${decimals(measures.precision)} | ${decimals(measures.savingMean)} | ${decimals(measures.lowsMissed)} | ${decimals(measures.fakes)} | ${decimals(measures.followedDays, 0)} |${isPoisoned ? ` ${decimals(measures.wrong)} |` : ''}`;
  return [
    `| alerts by | number | regret, mean % | regret, p90 % | precision % | saving % | lasting lows missed % | fake % | days followed of ${REGRET_DAYS} |${isPoisoned ? ' read wrong % |' : ''}`,
    `|${' --- |'.repeat(isPoisoned ? 10 : 9)}`,
    ...comparisons.flatMap(({ rule, threshold, measuresOfRule, measuresOfSouk }) => [
      row(rule, measuresOfRule),
      row(`Souk, score >= ${decimals(threshold, 1)}`, measuresOfSouk),
    ]),
  ].join('\n');
}

/** Where next to nothing came, both Brier scores are next to 0 and their ratio says nothing. */
const skillOf = ({ skill, brierOfBaseRate }: ForecastResult['evaluation']): string =>
  brierOfBaseRate < LEAST_BRIER ? '-' : decimals(skill, 3);

function forecastTables(forecasts: readonly ForecastResult[]): string {
  if (forecasts.length === 0) return 'Forecasts: too little history to train a model and judge it.';
  const table = [
    '| price at or below a target within | predictions | Brier | Brier of the base rate | skill | calibration error | answered by the base rate % |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...forecasts.map(
      ({ days, evaluation: one, byBaseRate }) =>
        `| ${days} days | ${thousands(one.cases)} | ${decimals(one.brier, 4)} | ${decimals(one.brierOfBaseRate, 4)} | ${skillOf(one)} | ${decimals(one.calibrationError, 3)} | ${decimals(byBaseRate, 0)} |`,
    ),
  ].join('\n');
  const calibration = [
    '| said | ' + forecasts.map(({ days }) => `came within ${days} days (of how many)`).join(' | ') + ' |',
    `| --- |${' --- |'.repeat(forecasts.length)}`,
    ...Array.from({ length: 10 }, (_, tenth) => {
      const cells = forecasts.map(({ bins }) => {
        const bin = bins[tenth]!;
        return bin.cases === 0 ? '-' : `${decimals(bin.came * 100, 0)} % (${thousands(bin.cases)})`;
      });
      return `| ${tenth * 10} to ${tenth * 10 + 10} % | ${cells.join(' | ')} |`;
    }),
  ].join('\n');
  return `${table}\n\n${calibration}`;
}

function agreementTable(agreement: readonly Agreement[]): string {
  if (agreement.length === 0) return '';
  return [
    'The collector’s own list of anomalies, made against his 30-day median, beside our judgement of the same prices:',
    '',
    '| he says | prices | Souk: below the usual price % | mean score (0 where it is not below) |',
    '| --- | --- | --- | --- |',
    ...agreement.map(
      ({ direction, cases, belowUsual, meanScore }) =>
        `| ${direction} | ${thousands(cases)} | ${decimals(belowUsual, 1)} | ${decimals(meanScore, 1)} |`,
    ),
  ].join('\n');
}
