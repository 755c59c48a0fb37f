import type { SetupStore } from './store.ts';

interface SetupPageProps {
  readonly store: SetupStore;
  /** it was ended or skipped */
  readonly onDone: () => void;
}

/** The guided set-up of a fresh box. */
export default function SetupPage(_props: SetupPageProps) {
  return null;
}
