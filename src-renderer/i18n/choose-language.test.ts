import { describe, expect, it } from 'vitest';
import { chooseLanguage } from './choose-language.ts';

describe('the language of the console', () => {
  it('is the first of the preferred ones that it has', () => {
    expect(chooseLanguage(['de-DE', 'zh-CN', 'en'])).toBe('zh-CN');
    expect(chooseLanguage(['en-GB', 'zh-CN'])).toBe('en');
  });

  it('is traditional Chinese for Taiwan, Hong Kong, Macau and the script itself', () => {
    for (const tag of ['zh-TW', 'zh-HK', 'zh-MO', 'zh-Hant', 'zh-Hant-HK']) {
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
