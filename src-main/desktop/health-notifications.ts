import { app, Notification } from 'electron';
import type { Port } from '../contract/client.ts';
import { contract } from '../contract/contract.ts';
import type { HealthCheck } from '../contract/health-shapes.ts';
import { type NotificationWords, wordsFor } from './notification-words.ts';

/**
 * A desktop notification when health turns critical, when something else becomes critical, and when all has
 * recovered; none repeated (SPEC 6). The engine tells each change once; a new window is no change.
 */
export function notifyOfHealth(engine: Port): void {
  const words = wordsFor(app.getPreferredSystemLanguages());
  let known = '';
  engine.subscribe('health.changed', (payload) => {
    const parsed = contract['health.changed'].payload.safeParse(payload);
    if (!parsed.success) return;
    const critical = parsed.data.checks.filter((check) => check.level === 'critical');
    const names = critical.map((check) => check.name).join(',');
    if (names === known) return;
    known = names;
    show(critical, words);
  });
}

function show(critical: readonly HealthCheck[], words: NotificationWords): void {
  if (!Notification.isSupported()) return;
  const [worst] = critical;
  const { title, body } = worst === undefined ? words.recovered : (words.critical[worst.name] ?? words.other);
  new Notification({ title, body }).show();
}
