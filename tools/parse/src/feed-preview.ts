import { createReadStream } from 'node:fs';
import { FeedLayout, FeedMapping, type FeedPreview, previewFeed } from '@souk/feed';
import { z } from 'zod';

/** Enough for the first rows of any feed; what is packed may not become more than this. */
const MAX_UNPACKED_BYTES = 50_000_000;

const Settings = z.strictObject({
  ...FeedLayout.shape,
  ...FeedMapping.partial({ columns: true }).shape,
});

/**
 * How the first rows of a feed's file are read, by the settings given (layout and mapping together, as a feed source
 * takes them) or by the mapping that its columns propose. Throws FeedProblem when the file is no feed, and an Error that
 * names the setting when one is not valid.
 */
export async function feedPreview(
  file: string,
  settingsText: string | undefined,
  now: Date,
): Promise<FeedPreview> {
  const settings = Settings.safeParse(settingsText === undefined ? {} : JSON.parse(settingsText));
  if (!settings.success) {
    const { path, message } = settings.error.issues[0]!;
    throw new Error(`--settings ${path.join('.')}: ${message}`);
  }
  const { data } = settings;
  const mapping = data.columns && z.object(FeedMapping.shape).parse(data);
  return previewFeed(createReadStream(file), z.object(FeedLayout.shape).parse(data), mapping, {
    now,
    maxBytes: MAX_UNPACKED_BYTES,
  });
}
