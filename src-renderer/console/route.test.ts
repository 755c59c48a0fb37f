import { describe, expect, it } from 'vitest';
import { readRoute, routeLink } from './route.ts';

describe('the address of a view', () => {
  it('is read back as it was written', () => {
    expect(readRoute(routeLink('find', { camera: 'camera 1/a', table: '桌' }))).toEqual({
      view: 'find',
      parameters: { camera: 'camera 1/a', table: '桌' },
    });
  });

  it('is Home where it names no view', () => {
    expect(readRoute('').view).toBe('home');
    expect(readRoute('#/nowhere?run=1').view).toBe('home');
  });
});
