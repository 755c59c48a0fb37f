import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../engine/log/logger.ts';
import { openWindowState, placeWindow } from './window-state.ts';

const screen = { x: 0, y: 0, width: 1600, height: 1000 };
const second = { x: 1600, y: 0, width: 1920, height: 1080 };

describe('the place of the window', () => {
  it('is the middle of the first screen at the first start', () => {
    expect(placeWindow(null, [screen, second])).toEqual({ x: 160, y: 100, width: 1280, height: 800 });
  });

  it('is where it was, on any screen', () => {
    const was = { x: 1800, y: 40, width: 1000, height: 700 };
    expect(placeWindow(was, [screen, second])).toEqual(was);
  });

  it('is brought back when its screen is gone, or when its upper edge could not be reached', () => {
    const size = { width: 1000, height: 700 };
    expect(placeWindow({ x: 1800, y: 40, ...size }, [screen])).toEqual({ x: 300, y: 150, ...size });
    expect(placeWindow({ x: 100, y: -300, ...size }, [screen])).toEqual({ x: 300, y: 150, ...size });
    expect(placeWindow({ x: -950, y: 40, ...size }, [screen])).toEqual({ x: 300, y: 150, ...size });
  });

  it('is never larger than its screen', () => {
    const small = { x: 0, y: 0, width: 1024, height: 600 };
    expect(placeWindow(null, [small])).toEqual(small);
    expect(placeWindow({ x: 10, y: 0, width: 3000, height: 2000 }, [small])).toEqual({
      ...small,
      x: 10,
    });
  });
});

describe('what is remembered of the window', () => {
  let folder: string;
  const open = () =>
    openWindowState(
      folder,
      createLogger(
        'info',
        () => new Date(),
        () => undefined,
      ),
      () => new Date(),
    );
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'window-state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is there at the next start', async () => {
    const state = open();
    state.change({ bounds: second });
    state.change({ maximized: true });
    await state.flush();
    expect(open().current()).toEqual({ bounds: second, maximized: true, toldOfHiding: false });
  });

  it('is forgotten when its file is damaged', () => {
    writeFileSync(join(folder, 'window.json'), '{"bounds": {"x": "left"}}');
    expect(open().current().bounds).toBeNull();
    expect(readdirSync(folder)).toHaveLength(1);
  });
});
