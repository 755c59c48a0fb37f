import { expect, type Page, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { accessibilityFaults } from './accessibility.ts';
import { changeFile } from './box-databases.ts';
import { engineInfo } from './console.ts';
import { eachConsole } from './each-console.ts';
import { screenshot } from './screenshots.ts';

const box = eachConsole();

/** Twelve states of which another program has spoilt one, and a sync that sets it aside. */
async function setAside(change: string, language: 'en' | 'zh-CN' | 'zh-TW' = 'en'): Promise<Page> {
  const console = await box.start({ language });
  await sendToBridge((await engineInfo(console)).bridgeSocket, recording(12));
  changeFile(box.path, `UPDATE division_states SET ${change} WHERE frame_number = 90`);
  await console.call('sync.start', { mode: 'full' });
  await console.page.locator('.sidebar a[href="#/errors"]').click();
  return console.page;
}

test('a record whose key is at fault offers no correction, and says what can be done instead', async () => {
  const page = await setAside('frame_number = 90.5');
  const card = page.getByTestId('records-invalid_shape');
  await expect(card).toContainText('One record holds a value that is not possible');
  await expect(card.getByTestId('refusal')).toHaveText('Frame (frame_number) must be a whole number.');
  await expect(card).toContainText('a key cannot be corrected here');
  await expect(card.getByRole('button', { name: 'Correct…' })).toHaveCount(0);
  await card.getByRole('button', { name: 'Show the record' }).click();
  const dialog = page.getByTestId('entry-dialog');
  await expect(dialog.getByTestId('instead')).toContainText('Give the record up');
  await expect(dialog.getByRole('button', { name: 'Correct…' })).toHaveCount(0);
  await expect(dialog.locator('mark')).toHaveText('90.5');
  expect(await accessibilityFaults(page)).toEqual([]);
  await screenshot(page, 'refusal-key');
  await page.goto(page.url().replace(/#.*$/, `${new URL(page.url()).hash}&edit=1`));
  await expect(page).toHaveURL(/&edit=1$/);
  await expect(dialog.getByTestId('instead')).toBeVisible();
  await page.waitForTimeout(300);
  await expect(page.getByTestId('edit-dialog')).toHaveCount(0);
});

for (const [language, words, fault, technical] of [
  ['zh-CN', '拍摄时间不存在', '没有这样的日期和时间', '供技术人员参考'],
  ['zh-TW', '拍攝時間不存在', '沒有這樣的日期和時間', '供技術人員參考'],
] as const) {
  test(`what Backhaul itself refuses is told in the reader's language (${language})`, async () => {
    const page = await setAside(`timestamp_recorded = '2026-13-45 10:00:00'`, language);
    const card = page.getByTestId('records-impossible_time');
    await expect(card.getByTestId('refusal')).toContainText(words);
    await expect(card.locator('mark')).toHaveText('2026-13-45 10:00:00');
    await expect(card.locator('.engine-words')).toContainText(technical);
    await card.getByRole('button').first().click();
    const dialog = page.getByTestId('edit-dialog');
    const time = dialog.getByTestId('field-timestamp_recorded');
    await expect(time).toContainText(fault);
    await time.getByRole('textbox').fill('2026-11-22 10:00:00+25:00');
    await expect(time).toContainText(fault);
    await expect(dialog.getByRole('button').last()).toBeDisabled();
    await screenshot(page, `refusal-edit-${language}`);
    // Of the words that are shown plainly, none is English.
    const plain = await dialog.evaluate((element) => {
      const copy = element.cloneNode(true) as HTMLElement;
      for (const one of copy.querySelectorAll('.engine-words, label, input, .field-hint')) one.remove();
      return copy.textContent ?? '';
    });
    expect(plain).not.toMatch(/[a-z]{4,} [a-z]{2,}/i);
  });
}

test('what looks possible and is not is said at the field that holds it', async () => {
  const page = await setAside('walking_area_waiters = -5');
  const card = page.getByTestId('records-invalid_shape');
  await expect(card.getByTestId('refusal')).toContainText('Staff in the hall (walking_area_waiters)');
  await card.getByRole('button', { name: 'Correct…' }).click();
  const field = page.getByTestId('edit-dialog').getByTestId('field-walking_area_waiters');
  await expect(field).toContainText('must lie between 0 and');
  await field.getByRole('textbox').fill('5');
  await page.getByRole('button', { name: 'Save and send again' }).click();
  await expect(page.getByTestId('outcome')).toContainText('The record was sent again and has arrived', {
    timeout: 30_000,
  });
});

test('a question that cannot be answered is refused at its field', async () => {
  const { page } = await box.start();
  await page.keyboard.press('Alt+6');
  await page.getByLabel('Session').fill('s'.repeat(201));
  await expect(page.getByText('At most 200 characters.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Find', exact: true })).toBeDisabled();
  await page.getByLabel('Session').fill('');
  await page.getByLabel('Day').fill('1900-01-01');
  await expect(page.getByText('A day of the years 1970 to 9999.')).toBeVisible();
  await page.getByLabel('Day').press('Enter');
  await page.waitForTimeout(300);
  await expect(page.getByText('A day of the years 1970 to 9999.')).toBeVisible();
  expect(page.url()).not.toContain('1900');
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(await accessibilityFaults(page)).toEqual([]);
});
