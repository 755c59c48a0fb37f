import { expect, type Page, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { askFile } from '../support/reading.ts';
import { accessibilityFaults } from './accessibility.ts';
import { asCloudOwner, changeFile } from './box-databases.ts';
import { engineInfo, type OpenConsole } from './console.ts';
import { eachConsole } from './each-console.ts';
import { startAtErrors, title } from './errors-view.ts';
import { leastLongestTask, note } from './long-tasks.ts';
import { screenshot } from './screenshots.ts';
import { seedDatabase } from './seed-database.ts';

const box = eachConsole();

test('a poisoned row is shown by its cause, corrected in a form that checks it, and lands in the cloud', async () => {
  const console = await startAtErrors(box);
  const { page } = console;
  await refuseOneState(console);
  await expect(title(page)).toHaveText('One thing needs you');
  await expect(page.locator('.sidebar .badge')).toContainText('1');
  const card = page.getByTestId('records-23514');
  await expect(card).toContainText('The cloud refused one record: a state it does not know');
  await expect(card.locator('mark')).toHaveText('PURPLE');
  await screenshot(page, 'errors-one-record');

  await card.getByRole('button', { name: 'Correct…' }).click();
  const dialog = page.getByTestId('edit-dialog');
  const save = dialog.getByRole('button', { name: 'Save and send again' });
  await expect(dialog.getByTestId('field-state')).toContainText('Choose one that the cloud knows.');
  await expect(save).toBeDisabled();
  const staff = dialog.getByTestId('field-total_staff').getByRole('textbox');
  await staff.fill('-3');
  await expect(dialog.getByTestId('field-total_staff')).toContainText('must lie between 0 and');
  await staff.fill('2');
  await dialog.getByTestId('field-timestamp_recorded').getByRole('textbox').fill('2025-13-45 10:00');
  await expect(dialog.getByTestId('field-timestamp_recorded')).toContainText('no date and time that exists');
  await expect(save).toBeDisabled();
  await dialog.getByTestId('field-timestamp_recorded').getByRole('textbox').fill('2025-12-13 14:35:04+08:00');
  await dialog.getByTestId('field-state').getByRole('button').click();
  await page.getByRole('option', { name: 'GREEN' }).click();
  await screenshot(page, 'errors-edit');
  expect(await accessibilityFaults(page)).toEqual([]);
  await save.click();

  await expect(page.getByTestId('outcome')).toContainText(/The record was (corrected|sent again)/);
  await expect(title(page)).toHaveText('Nothing needs you');
  await expect(title(page)).toBeFocused();
  await expect(page.locator('.sidebar .badge')).toHaveCount(0);
  await expect(page.getByTestId('solved')).toContainText('The cloud refused');
  await console.call('sync.start', { mode: 'full' });
  const rows = await asCloudOwner(
    box.path,
    'SELECT state, total_staff FROM "ASE_division_states" WHERE frame_number = 90',
  );
  expect(rows).toEqual([{ state: 'GREEN', total_staff: 2 }]);
  await page.locator('.sidebar a[href="#/home"]').click();
  await expect(page.getByTestId('verdict')).toContainText('records are safe on this box');
});

test('giving up asks with the count, can be left by Escape, and is recorded', async () => {
  await seedDatabase(box.path, { setAside: 3 });
  const { page } = await startAtErrors(box);
  const card = page.getByTestId('records-23514');
  await card.getByRole('button', { name: 'Give up 3…' }).click();
  const dialog = page.getByTestId('discard-dialog');
  await expect(dialog).toContainText('Give up 3 records?');
  await expect(dialog).toContainText('never sent to the cloud');
  await screenshot(page, 'errors-discard');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(resolutions()).toEqual([{ resolution: 'open', n: 3 }]);
  await card.getByRole('button', { name: 'Give up 3…' }).click();
  await dialog.getByRole('button', { name: 'Give up 3' }).click();
  await expect(page.getByTestId('outcome')).toContainText('3 records were given up');
  await expect(title(page)).toHaveText('Nothing needs you');
  expect(resolutions()).toEqual([{ resolution: 'discarded', n: 3 }]);
});

test('one record, a group or all are sent again, with the count in the button', async () => {
  await seedDatabase(box.path, { setAside: 4 });
  changeFile(
    box.path,
    `UPDATE sync_quarantine SET code = '23502', message = 'null value in column "state"' WHERE id = 1`,
  );
  const { page } = await startAtErrors(box);
  await expect(title(page)).toHaveText('2 things need you');
  await expect(page.getByRole('button', { name: 'Send all 4 again' })).toBeVisible();
  const group = page.getByTestId('records-23514');
  await expect(group.getByRole('button', { name: 'Send 3 again' })).toBeVisible();
  await group.getByRole('button', { name: 'Show the 3 records' }).click();
  await group.locator('[role=rowgroup] [role=row]').first().click();
  const dialog = page.getByTestId('entry-dialog');
  await expect(dialog.getByTestId('payload')).toContainText('PURPLE');
  await dialog.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByTestId('outcome')).toContainText('One record goes again');
  await expect(page.getByTestId('outcome')).toContainText('refused again', { timeout: 30_000 });
  // The cloud refuses it once more, so it comes back with one try more; all are still there to be sent.
  await expect.poll(() => attempts(), { timeout: 30_000 }).toContain(2);
  await expect(page.getByRole('button', { name: 'Send all 4 again' })).toBeEnabled();
  await page.getByRole('button', { name: 'Send all 4 again' }).click();
  await expect(page.getByTestId('outcome')).toContainText('4 records go again');
  await expect(page.getByTestId('outcome')).toContainText('4 records were sent again and refused again', {
    timeout: 30_000,
  });
});

test('5,000 records that were set aside scroll and open, with no more drawn than is seen', async () => {
  await seedDatabase(box.path, { setAside: 5000 });
  const { page, complaints } = await startAtErrors(box);
  const card = page.getByTestId('records-23514');
  await expect(card.getByRole('button', { name: 'Send 5,000 again' })).toBeVisible();
  await card.getByRole('button', { name: 'Show the 5,000 records' }).click();
  const grid = card.getByRole('grid');
  const longest = await leastLongestTask(page, async () => {
    for (let step = 0; step < 30; step += 1) {
      await grid.evaluate((element) => element.scrollBy({ top: 900 }));
      await page.waitForTimeout(16);
    }
    await card.locator('[role=rowgroup] [role=row]').last().focus();
    await page.keyboard.press('End');
    await expect(page.locator('[data-index="4999"]')).toContainText('/1/camera_35');
    await page.keyboard.press('Home');
    await expect(page.locator('[data-index="0"]')).toBeFocused();
  });
  expect(await card.locator('[role=rowgroup] [role=row]').count()).toBeLessThan(60);
  note('longest task, ms', longest);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('entry-dialog')).toContainText('PURPLE');
  expect(complaints).toEqual([]);
});

test('a record is corrected by keyboard alone', async () => {
  await seedDatabase(box.path, { setAside: 1 });
  const { page } = await startAtErrors(box);
  await expect(page.getByTestId('records-23514')).toBeVisible();
  await expect(title(page)).toBeFocused();
  await tabTo(page, 'Correct…');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('edit-dialog').getByTestId('field-state')).toBeVisible();
  await tabTo(page, 'PURPLE (now)');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-state')).toContainText('RED');
  await tabTo(page, 'Save and send again');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('outcome')).toContainText(/The record was (corrected|sent again)/);
  await expect(title(page)).toBeFocused();
});

/** Twelve states, one of which another program has made one that no cloud knows, and a sync that meets it. */
async function refuseOneState(console: OpenConsole): Promise<void> {
  await sendToBridge((await engineInfo(console)).bridgeSocket, recording(12));
  changeFile(box.path, `UPDATE division_states SET state = 'PURPLE' WHERE frame_number = 90`);
  await console.call('sync.start', { mode: 'full' });
}

function resolutions(): unknown[] {
  return askFile(box.path, 'SELECT resolution, count(*) AS n FROM sync_quarantine GROUP BY 1');
}

function attempts(): unknown[] {
  return askFile<{ attempts: number }>(box.path, 'SELECT attempts FROM sync_quarantine').map(
    (row) => row.attempts,
  );
}

/** Tab until the focus is on what begins with these words. */
async function tabTo(page: Page, words: string): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (text.startsWith(words)) return;
  }
  throw new Error(`Tab never led to ${words}.`);
}
