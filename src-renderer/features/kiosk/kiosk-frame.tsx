import type { ReactNode } from 'react';
import type { HomeStore } from '../home/store.ts';

interface KioskFrameProps {
  readonly home: HomeStore;
  /** the view that was opened, where it is not Home */
  readonly children: ReactNode;
}

/** The console full screen on a wall. */
export function KioskFrame({ children }: KioskFrameProps) {
  return <main>{children}</main>;
}
