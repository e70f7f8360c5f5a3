import { Answer } from '@souk/bus';
import { PreviewFeed, Refusal, type ResponseOf } from '@souk/contracts';
import { FeedLayout, FeedMapping, FeedProblem, previewFeed } from '@souk/feed';
import { SafeHttpFailure } from '@souk/safe-http';
import { Clock } from '@souk/service';
import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { INGESTION_CONFIG, type IngestionConfig } from '../../config.ts';
import { checkObservation } from '../../read-observation.ts';
import { FeedReading } from './feed.adapter.ts';
import { FeedFiles } from './feed-files.ts';

type Request = z.output<typeof PreviewFeed.request>;

/** Enough for 20 rows of any feed. */
const HEAD_BYTES = 2_000_000;
const MAX_UNPACKED_BYTES = 50_000_000;
const PREVIEW_SOURCE = 'preview';

const Layout = FeedReading.partial({ columns: true });

@Controller()
export class FeedHandlers {
  constructor(
    private readonly clock: Clock,
    private readonly files: FeedFiles,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  /** Shows how a feed would be read; stores and publishes nothing. Only addresses are fetched, never local files. */
  @Answer(PreviewFeed)
  async preview(request: Request): Promise<ResponseOf<typeof PreviewFeed>> {
    const settings = settingsOf(request.settings);
    const now = this.clock.now();
    const limits = { nowMs: now.getTime(), maxFutureMs: this.config.SOUK_MAX_FUTURE_MS };
    try {
      const options = { now, baseUrl: request.url, maxBytes: MAX_UNPACKED_BYTES };
      const preview = await previewFeed(
        chunksOf(await this.bytesOf(request)),
        z.object(FeedLayout.shape).parse(settings),
        settings.columns && z.object(FeedMapping.shape).parse(settings),
        options,
      );
      return {
        ...preview.layout,
        columns: preview.columns,
        proposed: preview.proposed,
        problem: preview.problem,
        lines: preview.items.map(({ line, posted, problem }) => {
          if (problem) return { line, observation: null, problems: [problem] };
          const timed = { observedAt: now.toISOString(), ...posted, source: PREVIEW_SOURCE };
          const reading = checkObservation(timed, limits);
          if ('problems' in reading) return { line, observation: null, problems: reading.problems };
          return { line, observation: reading.observation, problems: [] };
        }),
      };
    } catch (error) {
      if (error instanceof FeedProblem || error instanceof SafeHttpFailure)
        throw invalid(request.url === undefined ? 'sample' : 'url', error.message);
      throw error;
    }
  }

  private async bytesOf({ url, sample }: Request): Promise<Buffer> {
    if ((url === undefined) === (sample === undefined)) throw invalid('url', 'give either url or sample');
    if (url === undefined) return Buffer.from(sample!, 'utf8');
    const { status, bytes } = await this.files.head(new URL(url), HEAD_BYTES);
    if (status !== 200) throw invalid('url', `answered ${status}`);
    return bytes;
  }
}

function settingsOf(given: Record<string, unknown>): z.output<typeof Layout> {
  const settings = Layout.safeParse(given);
  if (settings.success) return settings.data;
  const problems = settings.error.issues.map(({ path, message }) => ({
    field: ['settings', ...path.map(String)].join('.'),
    problem: message,
  }));
  throw new Refusal(
    'invalid',
    `The settings of the feed are not valid. ${problems[0]!.field}: ${problems[0]!.problem}`,
    {
      problems,
    },
  );
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const invalid = (field: string, problem: string): Refusal =>
  new Refusal('invalid', `The feed cannot be shown. ${field}: ${problem}`, {
    problems: [{ field, problem }],
  });
