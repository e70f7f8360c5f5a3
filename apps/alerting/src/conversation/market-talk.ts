const FOR = String.raw`(?:\s*(?:for|of|in|about|on|at|für|von|bei|zu|untuk|ka|ki)\s+|\s*:\s*|\s+)`;
const REPORT = String.raw`(?:market report|market overview|price index|price trends?|marktbericht|marktübersicht|preisindex|preistrends?|laporan pasar|indeks harga)`;
/** "market report", "price index for headphones", "marktbericht für kopfhörer". */
const asked = new RegExp(
  String.raw`^\s*(?:(?:show|give|send|tell)\s+(?:me\s+)?|zeig(?:e)?\s+(?:mir\s+)?)?(?:the |a |den |einen )?${REPORT}(?:${FOR}(\p{L}.*?))?\s*[?.!]*\s*$`,
  'iu',
);
const MAX_ABOUT = 100;

/** Whether a sentence asks how prices move, and of what: a category, a brand or a source; null is everything. */
export function marketIn(text: string): { about: string | null } | undefined {
  const found = asked.exec(text);
  return found ? { about: found[1]?.slice(0, MAX_ABOUT) ?? null } : undefined;
}
