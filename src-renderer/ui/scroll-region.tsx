import type { ReactNode } from 'react';

interface ScrollRegionProps {
  readonly className: string;
  /** what is in it, for a screen reader */
  readonly label: string;
  readonly children: ReactNode;
  readonly testId?: string;
}

/** Something that scrolls within the page, also by keyboard. */
export function ScrollRegion({ className, label, children, testId }: ScrollRegionProps) {
  return (
    <section
      className={className}
      aria-label={label}
      data-testid={testId}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      {children}
    </section>
  );
}
