import { expect, test } from 'vitest';
import { texts as en } from './en.ts';
import { texts as zhCN } from './zh-CN.ts';
import { texts as zhTW } from './zh-TW.ts';

type Texts = { readonly [key: string]: string | Texts };

const languages = { en, 'zh-CN': zhCN, 'zh-TW': zhTW } as unknown as Readonly<Record<string, Texts>>;

function textsOf(texts: Texts, path = ''): (readonly [path: string, text: string])[] {
  return Object.entries(texts).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return typeof value === 'string' ? [[at, value] as const] : textsOf(value, at);
  });
}

/** What says one thing in two ways; the word beside it is the one that is used. */
const otherWords: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  en: [
    [/\b(retry|retries|retried)\b/i, 'send again'],
    [/\bdiscard/i, 'give up'],
    [
      /(\b(a|the|this|one|newer|no|all|which|are|per|last)|\}\}) runs?\b(?! on| by)|^Runs?\b(?! the)/i,
      'sync',
    ],
    [/\brecordings?\b(?=.* agree)/, 'session'],
  ],
  'zh-CN': [
    [/录像(?!场次|中的|。)/, '录像场次'],
    [/搁置|另行存放/, '单独存放'],
    [/重试/, '重新发送，或：再试一次'],
    [/完整同步/, '全部同步'],
    [/应答|回应|答复/, '响应'],
    [/PIN 码/, 'PIN'],
    [/拒绝/, '拒收'],
    [/动静|无信号|静默/, '没有消息'],
  ],
  'zh-TW': [
    [/錄影(?!場次|中的|。)|錄像/, '錄影場次'],
    [/擱置|單獨存放/, '另行存放'],
    [/重試/, '重新傳送，或：再試一次'],
    [/完整同步/, '全部同步'],
    [/應答|答覆|響應/, '回應'],
    [/PIN 碼/, 'PIN'],
    [/拒絕/, '拒收'],
    [/動靜|無訊號|靜默/, '沒有消息'],
    [/等候/, '等待'],
    [/密鑰/, '金鑰'],
  ],
};

test.each(Object.keys(languages))('%s has one word for one thing, in every view', (language) => {
  const found = textsOf(languages[language] ?? {}).flatMap(([path, text]) =>
    (otherWords[language] ?? []).flatMap(([pattern, word]) =>
      pattern.test(text) ? [`${path}: ${text} (${word})`] : [],
    ),
  );
  expect(found).toEqual([]);
});

test.each(Object.keys(languages))(
  '%s: what help and hints name in quotes stands on the screen',
  (language) => {
    const texts = textsOf(languages[language] ?? {});
    // A button may hold a count behind its name.
    const shown = texts.map(([, text]) => text.replace(/…$/, '').replace(/ ?\{\{.*$/, ''));
    const named = texts.flatMap(([path, text]) =>
      /^(help|find|errorsPage|recordCause|runCause|healthCheck|historyPage|verdict)\./.test(path)
        ? [...text.matchAll(/[“「]([^”」{}]+)[”」]/g)].map(([, name = '']) => [path, name] as const)
        : [],
    );
    expect(named.length).toBeGreaterThan(10);
    const missing = named.filter(
      ([, name]) => !shown.some((text) => text.toLowerCase() === name.replace(/…$/, '').toLowerCase()),
    );
    expect(missing).toEqual([]);
  },
);
