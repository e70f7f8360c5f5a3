import type { ExplainWatch, ResponseOf } from '@souk/contracts';
import { textOf } from '../../texts/said.ts';
import type { Texts } from '../../texts/texts.ts';

type Explanation = ResponseOf<typeof ExplainWatch>;

/** Why a watch spoke or did not, in a person's language: plain lines that a channel marks up and escapes. */
export interface ExplanationTexts {
  summary: string;
  holds: string[];
  evaluations: { title: string; checkedAt: string; conditions: string[]; traceId: string }[];
  /** Newest first. */
  events: string[];
  advice: string[];
}

const SIGNS = { true: '✓', false: '✗', unknown: '?' } as const;

export function explanationTexts(explanation: Explanation, texts: Texts): ExplanationTexts {
  const { summary, said, holds, evaluations, events, advice } = explanation;
  const written = (told: Parameters<typeof textOf>[0]): string => texts.write(textOf(told));
  return {
    // What holds it back stands in the English summary too; it is told below.
    summary: said?.map((part) => written({ sentence: '', said: part })).join('; ') ?? summary,
    holds: holds.map(written),
    evaluations: evaluations.map(({ title, source, product, checkedAt, conditions, traceId }) => ({
      title: title ?? `${source} ${product}`,
      checkedAt: texts.at(checkedAt),
      conditions: conditions.map((condition) => {
        const { rule, saidRule, verdict } = condition;
        return `${SIGNS[verdict]} ${written({ sentence: rule, said: saidRule })}: ${written(condition)}`;
      }),
      traceId,
    })),
    events: events.map((event) => {
      const why = event.reasons ? event.reasons.map(written).join('; ') : written(event);
      return `${texts.at(event.at)}: ${why}`;
    }),
    advice: advice.map(written),
  };
}
