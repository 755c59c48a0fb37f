import { useEffect, useRef } from 'react';

const signs = ['pointerdown', 'pointermove', 'wheel', 'keydown'] as const;

/** Calls back each time nobody has touched anything for so long. */
export function useIdle(afterMs: number, onIdle: () => void): void {
  const latest = useRef(onIdle);
  latest.current = onIdle;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), afterMs);
    };
    begin();
    for (const sign of signs) window.addEventListener(sign, begin, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      for (const sign of signs) window.removeEventListener(sign, begin, { capture: true });
    };
  }, [afterMs]);
}
