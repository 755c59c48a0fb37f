import { useEffect, useState } from 'react';

const everyMs = 60_000;
const farthest = 12;

export interface Shift {
  readonly x: number;
  readonly y: number;
}

/** Where the picture stands after so many steps: a slow way around, so that no pixel shows the same for hours. */
export function shiftAt(step: number): Shift {
  const ways = [
    [0, 0],
    [0.5, 0.25],
    [1, 0.5],
    [0.5, 1],
    [-0.25, 0.75],
    [-1, 0.25],
    [-0.75, -0.5],
    [-0.25, -1],
    [0.5, -0.75],
  ] as const;
  const [x, y] = ways[step % ways.length] ?? [0, 0];
  return { x: Math.round(x * farthest), y: Math.round(y * farthest) };
}

/** The shift of now; moves once a minute. */
export function useBurnShift(): Shift {
  const [step, setStep] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setStep((now) => now + 1), everyMs);
    return () => clearInterval(timer);
  }, []);
  return shiftAt(step);
}
