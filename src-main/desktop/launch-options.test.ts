import { describe, expect, it } from 'vitest';
import { readLaunchOptions } from './launch-options.ts';

describe('the command line of the desktop', () => {
  it('names the data directory in either form', () => {
    expect(readLaunchOptions(['electron', '.', '--data-dir', '/var/box'], '/home').dataDir).toBe('/var/box');
    expect(readLaunchOptions(['electron', '.', '--data-dir=/var/box'], '/home').dataDir).toBe('/var/box');
  });

  it('takes a relative path from the caller’s folder', () => {
    expect(readLaunchOptions(['electron', '--data-dir', 'box'], '/home/store').dataDir).toBe(
      '/home/store/box',
    );
  });

  it('may leave it out', () => {
    expect(readLaunchOptions(['electron', '.'], '/home').dataDir).toBeNull();
    expect(readLaunchOptions(['electron', '.', '--data-dir'], '/home').dataDir).toBeNull();
  });

  it('may ask for the kiosk', () => {
    expect(readLaunchOptions(['electron', '.', '--kiosk'], '/home').kiosk).toBe(true);
    expect(readLaunchOptions(['electron', '.', '--kiosk-printing'], '/home').kiosk).toBe(false);
  });
});
