/** The file as a whole cannot be read, or is not the one that its mapping was made for. Says what to do. */
export class FeedProblem extends Error {
  override name = 'FeedProblem';
}
