/** Something that happens at most once, and is remembered. */
export interface Latch {
  readonly opened: Promise<void>;
  open(): void;
  /** Called once it has happened, also if it had before. */
  onOpen(listener: () => void): void;
}

export function createLatch(): Latch {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open, onOpen: (listener) => void opened.then(listener) };
}
