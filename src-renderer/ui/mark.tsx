import type { Tone } from './tone.ts';
import './mark.css';

const strokes: Readonly<Record<Tone, string>> = {
  safe: 'M7 12.5l3.4 3.4L17.2 8.6',
  wait: 'M12 17.5V7M7.6 11.2L12 6.8l4.4 4.4',
  off: 'M9.4 7.5v9M14.6 7.5v9',
  attention: 'M12 6.8v6.4M12 16.9v.1',
};

/** The sign beside a verdict; the words say the same, so it is hidden from screen readers. */
export function Mark({ tone, small = false }: { readonly tone: Tone; readonly small?: boolean }) {
  return (
    <svg className={`mark ${tone}${small ? ' small' : ''}`} viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="12" />
      <path d={strokes[tone]} />
    </svg>
  );
}
