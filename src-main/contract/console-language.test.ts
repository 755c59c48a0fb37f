import { describe, expect, it } from 'vitest';
import { consoleLanguage } from './console-language.ts';

const chooseLanguage = (tags: readonly string[]) => consoleLanguage('system', tags);

describe('the language of the console', () => {
  it('is what was chosen, whatever the system prefers', () => {
    expect(consoleLanguage('zh-TW', ['en'])).toBe('zh-TW');
  });

  it('is the first of the preferred ones that it has', () => {
    expect(chooseLanguage(['de-DE', 'zh-CN', 'en'])).toBe('zh-CN');
    expect(chooseLanguage(['en-GB', 'zh-CN'])).toBe('en');
    expect(chooseLanguage(['zh-HK', 'en-US'])).toBe('zh-TW');
  });

  it('is traditional Chinese for Taiwan, Hong Kong, Macau and the script itself', () => {
    for (const tag of ['zh-TW', 'zh-HK', 'zh-MO', 'zh-Hant', 'zh-Hant-HK', 'zh-Hant-TW']) {
      expect(chooseLanguage([tag])).toBe('zh-TW');
    }
  });

  it('is simplified Chinese for every other Chinese', () => {
    for (const tag of ['zh', 'zh-CN', 'zh-SG', 'zh-Hans', 'zh-Hans-HK'])
      expect(chooseLanguage([tag])).toBe('zh-CN');
  });

  it('is English where nothing fits', () => {
    expect(chooseLanguage(['fr-FR'])).toBe('en');
    expect(chooseLanguage([])).toBe('en');
  });
});
