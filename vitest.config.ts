import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The tests that run whole processes take longest: begun last, one of them would run on beside idle workers. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      ['/e2e/faults/', '/e2e/cli/', ''].findIndex((folder) => moduleId.includes(folder));
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

/** Puts another module in place of a module of Node, which no other file may find there. */
const replacesModules = ['src-main/engine/sync/retry.property.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'processes',
          include: ['e2e/cli/**/*.test.ts', 'e2e/faults/**/*.test.ts', ...replacesModules],
        },
      },
      {
        extends: true,
        test: {
          name: 'modules',
          include: ['src-main/**/*.test.ts', 'src-renderer/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...replacesModules],
          // A process of its own for each file would spend more on starting and loading than on most of the tests.
          isolate: false,
        },
      },
    ],
    globalSetup: 'e2e/support/prepared-cloud.ts',
    pool: 'forks',
    // Most of these tests wait for processes; a third worker fills the time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Far above what anything takes: a machine that is busy with other things must not fail a promise.
    testTimeout: 150_000,
    hookTimeout: 150_000,
    expect: { poll: { timeout: 45_000 } },
    teardownTimeout: 20_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
