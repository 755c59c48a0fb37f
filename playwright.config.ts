import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: 'e2e/electron',
  outputDir: '.test-output/windows',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: [['list'], ['json', { outputFile: '.test-output/playwright.json' }]],
});
