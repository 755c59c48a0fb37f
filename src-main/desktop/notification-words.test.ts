import { expect, test } from 'vitest';
import { wordsFor } from './notification-words.ts';

test('notifications speak the first language of the system that there are words for', () => {
  const title = (...languages: string[]): string => wordsFor(languages).recovered.title;
  expect(title('de-DE', 'zh-CN')).toBe('一切恢复正常');
  expect(title('zh-Hant-TW')).toBe('一切恢復正常');
  expect(title('zh-HK', 'en-US')).toBe('一切恢復正常');
  expect(title('fr-FR')).toBe('All is well again');
});

test('every check that can turn critical has words in each language', () => {
  for (const language of ['en', 'zh-CN', 'zh-TW'])
    expect(Object.keys(wordsFor([language]).critical)).toEqual(['schedule', 'capture', 'disk']);
});
