import type { AlertRow } from '../../../src-main/contract/inventory-shapes.ts';

/**
 * Alerts from memory and from storage as one list, each once: those whose cause lasts first, of them the
 * critical ones, then the newest.
 * @param live as they stand now: they win over what was stored; a resolved one is shown only where it was asked for
 */
export function mergeAlerts(live: readonly AlertRow[], stored: readonly AlertRow[]): readonly AlertRow[] {
  const byId = new Map(stored.map((alert) => [alert.id, alert]));
  for (const alert of live) if (!isResolved(alert) || byId.has(alert.id)) byId.set(alert.id, alert);
  return [...byId.values()].toSorted(
    (one, other) =>
      weight(one) - weight(other) || other.timestamp_utc - one.timestamp_utc || other.id - one.id,
  );
}

/** Less for what someone looks at first. */
function weight(alert: AlertRow): number {
  if (isResolved(alert)) return 2;
  return alert.severity === 'critical' ? 0 : 1;
}

export function isResolved(alert: AlertRow): boolean {
  return alert.resolved_utc !== null;
}
