import { UploadPlaces } from './upload-places.ts';

describe('places for uploads', () => {
  it('are ten for an account and a hundred for all, and are given back', () => {
    const places = new UploadPlaces();
    const own = Array.from({ length: 10 }, () => places.take('a'));
    expect(() => places.take('a')).toThrow(/At most 10/);
    own[0]!();
    own[0] = places.take('a');
    for (let other = 0; other < 90; other += 1) places.take(`account ${other}`);
    expect(() => places.take('b')).toThrow(/Too many uploads/);
    own[1]!();
    expect(() => places.take('b')).not.toThrow();
  });
});
