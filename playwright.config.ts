import { defineConfig } from 'playwright/test';

// Each worker has a display of its own, so that one test's window never takes the focus from another's.
const displays = process.env.BACKHAUL_DISPLAYS?.split(' ') ?? [];
const display = displays[Number(process.env.TEST_PARALLEL_INDEX ?? 0)];
if (display !== undefined) process.env.DISPLAY = display;

export default defineConfig({
  testDir: 'e2e/electron',
  globalSetup: './e2e/support/prepared-cloud.ts',
  outputDir: '.test-output/windows',
  timeout: 150_000,
  expect: { timeout: 30_000 },
  workers: Math.max(displays.length, 1),
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: [['list'], ['json', { outputFile: '.test-output/playwright.json' }]],
});
