import { expect, test } from 'vitest';
import { notificationWords } from './notification-words.ts';

test('every check that can turn critical has words in each language', () => {
  for (const words of Object.values(notificationWords))
    expect(Object.keys(words.critical)).toEqual(['schedule', 'capture', 'disk']);
});
