import { newId } from '@souk/contracts';
import { RecentlyHeard } from './recently-heard.ts';

it('remembers every product that was heard of for ten seconds, and none for more than twenty', () => {
  let nowMs = 0;
  const heard = new RecentlyHeard(() => nowMs);
  const ids = Array.from({ length: 1_000 }, newId);
  heard.note(Buffer.from(ids.join('')));
  nowMs = 9_999;
  expect(ids.every((id) => heard.has(id))).toBe(true);
  nowMs = 10_001;
  expect(ids.every((id) => heard.has(id))).toBe(true);
  nowMs = 20_002;
  expect(ids.some((id) => heard.has(id))).toBe(false);
});
