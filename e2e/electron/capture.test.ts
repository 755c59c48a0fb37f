import { expect, type Page, test } from 'playwright/test';
import { sendToBridge } from '../support/bridge-lines.ts';
import { accessibilityFaults } from './accessibility.ts';
import { engineInfo } from './console.ts';
import { eachConsole, type StartOptions } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { screenshot } from './screenshots.ts';

const box = eachConsole();

const head = {
  session_id: '20260110_150000_camera_35',
  camera_id: 'camera_35',
  location_id: 'store_capture',
};

function division(frame: number, state: string): Readonly<Record<string, unknown>> {
  return {
    ...{ type: 'division_state', seq: frame, ...head, frame_number: frame, timestamp_video: frame / 10 },
    ...{ state, walking_area_waiters: 2, service_area_waiters: 1 },
  };
}

function table(frame: number, id: string, state: string): Readonly<Record<string, unknown>> {
  return {
    ...{ type: 'table_state', seq: frame, ...head, frame_number: frame, timestamp_video: frame / 10 },
    ...{ table_id: id, state, customers_count: 3, waiters_count: 0 },
  };
}

async function openCapture(options: StartOptions = {}): Promise<Page> {
  const open = await box.start(options);
  await open.page.evaluate(() => {
    window.location.hash = '#/capture';
  });
  await expect(open.page.getByTestId('capture')).toBeVisible();
  return open.page;
}

test.describe('Capture', () => {
  test('says that no camera has reported, and where detectors connect', async () => {
    const page = await openCapture();
    await expect(page.getByText('No camera has reported yet')).toBeVisible();
    await expect(page.getByText(/Detectors connect here: .*bridge/)).toBeVisible();
  });

  test('shows each state in colour and word as it comes, in any language and appearance', async () => {
    const free = { en: 'Free', 'zh-CN': '空闲', 'zh-TW': '空桌' };
    const page = await openCapture();
    const { bridgeSocket } = await engineInfo(box.open);
    await sendToBridge(bridgeSocket, [
      {
        type: 'location',
        seq: 1,
        location_id: 'store_capture',
        city: '绵阳',
        restaurant_name: 'A',
        commercial_area: 'B',
      },
      {
        type: 'camera',
        seq: 2,
        camera_id: 'camera_35',
        location_id: 'store_capture',
        camera_name: '大厅',
        camera_ip_address: '10.0.0.35',
      },
      division(3, 'RED'),
      table(4, 'T2', 'BUSY'),
      table(5, 'T10', 'IDLE'),
    ]);
    const camera = page.getByTestId('camera');
    await expect(camera).toContainText('大厅');
    await expect(camera.locator('.chip.attention')).toBeVisible();
    await inEachLook(box.open, async ({ language }) => {
      await expect(camera.locator('[data-table]').nth(1)).toContainText(free[language]);
    });
    await expect(page.getByTestId('captured-today')).toHaveText('3');
    await sendToBridge(bridgeSocket, [division(6, 'GREEN'), table(7, 'T10', 'CLEANING')]);
    await expect(camera.locator('.camera-head .chip.safe')).toBeVisible();
    await expect(page.getByTestId('captured-today')).toHaveText('5');
    await expect(page.getByTestId('writer-divisions')).toHaveText('2');
    await inEachLook(box.open, async (_look, name) => {
      await screenshot(page, `capture-${name}`);
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  });
});
