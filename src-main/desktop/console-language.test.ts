import { expect, test } from 'vitest';
import { consoleLanguage } from './console-language.ts';

test('the console speaks what was chosen, else the first language of the system that there are words for', () => {
  expect(consoleLanguage('zh-TW', ['en'])).toBe('zh-TW');
  expect(consoleLanguage('system', ['de-DE', 'zh-CN'])).toBe('zh-CN');
  expect(consoleLanguage('system', ['zh-Hant-TW'])).toBe('zh-TW');
  expect(consoleLanguage('system', ['zh-HK', 'en-US'])).toBe('zh-TW');
  expect(consoleLanguage('system', ['zh-Hans-HK'])).toBe('zh-CN');
  expect(consoleLanguage('system', ['fr-FR'])).toBe('en');
});
