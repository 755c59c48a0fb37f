import { Notification } from 'electron';
import type { ShownNotification } from './health-notifications.ts';

/** Kept until they are clicked or closed: one that is collected forgets what its click does. */
const open = new Set<Notification>();

/** Shows a notification of the system where there is something that shows it. */
export function showSystemNotification({ title, body, onClick }: ShownNotification): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  open.add(notification);
  const forget = (): void => void open.delete(notification);
  notification.on('click', () => {
    forget();
    onClick();
  });
  notification.on('close', forget);
  notification.on('failed', forget);
  notification.show();
}
