import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  drawTrayIcon,
  encodePng,
  iconFolder,
  iconSize,
  type TrayVerdict,
  trayVerdicts,
} from './tray-icons.ts';

/** The rows of a PNG as we write it: without filters, in one piece. */
function pixelsOf(png: Buffer, size: number): Uint8Array {
  const start = png.indexOf('IDAT') + 4;
  const rows = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  const pixels = new Uint8Array(size * size * 4);
  for (let row = 0; row < size; row += 1)
    pixels.set(rows.subarray(row * (size * 4 + 1) + 1, (row + 1) * (size * 4 + 1)), row * size * 4);
  return pixels;
}

const opacity = (verdict: TrayVerdict): number[] =>
  [...drawTrayIcon(verdict, iconSize)].filter((_, index) => index % 4 === 3);

describe('the icons of the tray', () => {
  for (const verdict of trayVerdicts) {
    for (const [suffix, size] of [['', iconSize] as const, ['@2x', iconSize * 2] as const]) {
      it(`lie drawn in resources/icons: ${verdict}${suffix}`, () => {
        const file = readFileSync(join(iconFolder, `tray-${verdict}${suffix}.png`));
        expect(pixelsOf(file, size)).toEqual(drawTrayIcon(verdict, size));
        expect(pixelsOf(encodePng(drawTrayIcon(verdict, size), size), size)).toEqual(pixelsOf(file, size));
      });
    }
  }

  it('differ in shape, for who sees no colours', () => {
    for (const [index, one] of trayVerdicts.entries()) {
      for (const other of trayVerdicts.slice(index + 1)) {
        const [a, b] = [opacity(one), opacity(other)];
        const different = a.filter((value, at) => Math.abs(value - (b[at] ?? 0)) > 128).length;
        expect([one, other, different > 50]).toEqual([one, other, true]);
      }
    }
  });
});
