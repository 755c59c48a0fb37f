import { useEffect } from 'react';

const restsAfterMs = 3_000;

/** Hides the pointer while nobody moves it (SPEC 7); the style sheet does the hiding. */
export function useRestingPointer(): void {
  useEffect(() => {
    const { documentElement: page } = document;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const move = (): void => {
      page.removeAttribute('data-pointer-rests');
      clearTimeout(timer);
      timer = setTimeout(() => page.setAttribute('data-pointer-rests', ''), restsAfterMs);
    };
    move();
    window.addEventListener('pointermove', move, { passive: true });
    window.addEventListener('pointerdown', move, { passive: true });
    return () => {
      clearTimeout(timer);
      page.removeAttribute('data-pointer-rests');
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerdown', move);
    };
  }, []);
}
