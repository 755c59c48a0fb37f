import type { Port } from '../contract/client.ts';
import { contract } from '../contract/contract.ts';
import type { NotificationWords } from './notification-words.ts';

/** A notification of the desktop, and what a click on it does. */
export interface ShownNotification {
  readonly title: string;
  readonly body: string;
  readonly onClick: () => void;
}

export interface HealthNotificationOptions {
  readonly engine: Port;
  readonly words: () => NotificationWords;
  /** whether the person wants to be told now */
  readonly wanted: () => boolean;
  readonly show: (notification: ShownNotification) => void;
  /** opens the console where it says what to do */
  readonly openErrors: () => void;
}

/**
 * A desktop notification when health turns critical, when something else becomes critical, and when all has
 * recovered; none repeated (SPEC 6). The engine tells each change once; an engine that was started again tells anew
 * what is known.
 */
export function notifyOfHealth({ engine, words, wanted, show, openErrors }: HealthNotificationOptions): void {
  let known = '';
  engine.subscribe('health.changed', (payload) => {
    const parsed = contract['health.changed'].payload.safeParse(payload);
    if (!parsed.success) return;
    const critical = parsed.data.checks.filter((check) => check.level === 'critical');
    const names = critical.map((check) => check.name).join(',');
    if (names === known) return;
    known = names;
    if (!wanted()) return;
    const { recovered, critical: sentences, other } = words();
    const [worst] = critical;
    show({
      ...(worst === undefined ? recovered : (sentences[worst.name] ?? other)),
      onClick: openErrors,
    });
  });
}
