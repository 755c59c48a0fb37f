import { describe, expect, it } from 'vitest';
import { target } from './virtual-table.tsx';

describe('moving through a table by keyboard', () => {
  it('goes row by row and stops at both ends', () => {
    expect(target('ArrowDown', 0, 3, 10)).toBe(1);
    expect(target('ArrowDown', 2, 3, 10)).toBe(2);
    expect(target('ArrowUp', 0, 3, 10)).toBe(0);
  });

  it('goes by pages and to either end', () => {
    expect(target('PageDown', 5, 10_000, 20)).toBe(25);
    expect(target('PageUp', 5, 10_000, 20)).toBe(0);
    expect(target('End', 5, 10_000, 20)).toBe(9_999);
    expect(target('Home', 5, 10_000, 20)).toBe(0);
  });

  it('leaves other keys alone', () => {
    expect(target('Enter', 0, 3, 10)).toBeNull();
    expect(target('a', 0, 3, 10)).toBeNull();
  });
});
