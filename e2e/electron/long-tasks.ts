import { type Page, test } from 'playwright/test';

/** What a page offers for this; the layers that import it have no types of the browser. */
interface TaskScope {
  readonly PerformanceObserver: new (
    heard: (list: { getEntries(): readonly { readonly duration: number }[] }) => void,
  ) => TaskObserver;
  longTasks: number[];
  taskObserver: TaskObserver;
}

interface TaskObserver {
  observe(what: { readonly type: 'longtask' }): void;
  takeRecords(): readonly { readonly duration: number }[];
  disconnect(): void;
}

/** The longest task of the page while something is done, milliseconds; 0 where none took 50 ms or more. */
export async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const scope = globalThis as unknown as TaskScope;
    scope.longTasks = [];
    scope.taskObserver = new scope.PerformanceObserver((list) =>
      scope.longTasks.push(...list.getEntries().map((entry) => entry.duration)),
    );
    scope.taskObserver.observe({ type: 'longtask' });
  });
  await work();
  return await page.evaluate(() => {
    const scope = globalThis as unknown as TaskScope;
    scope.longTasks.push(...scope.taskObserver.takeRecords().map((entry) => entry.duration));
    scope.taskObserver.disconnect();
    return Math.max(0, ...scope.longTasks);
  });
}

/** The same, several times: another program on the machine may hold one attempt up, not each of them. */
export async function leastLongestTask(page: Page, work: () => Promise<void>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && least > 50; attempt += 1)
    least = Math.min(least, await longestTask(page, work));
  return least;
}

/** Puts a figure beside the test's result: it is read, not judged, since it depends on the machine (SPEC 15). */
export function note(what: string, value: number): void {
  test.info().annotations.push({ type: what, description: String(Math.round(value)) });
}
