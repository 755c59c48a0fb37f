import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

/** The verdicts that the tray shows; each has a colour and a shape of its own. */
export const trayVerdicts = ['safe', 'waiting', 'offline', 'attention', 'stopped'] as const;
export type TrayVerdict = (typeof trayVerdicts)[number];

/** Where the drawn icons lie. */
export const iconFolder = join(import.meta.dirname, '..', 'resources', 'icons');
/** The size on an ordinary screen; `@2x` is twice as large. */
export const iconSize = 24;

/** Is a point inside? x and y from 0 to 24. */
type Shape = (x: number, y: number) => boolean;

const disc: Shape = (x, y) => Math.hypot(x - 12, y - 12) <= 10.5;
const ring: Shape = (x, y) => disc(x, y) && Math.hypot(x - 12, y - 12) >= 7.8;
const roundedSquare: Shape = (x, y) =>
  Math.hypot(Math.max(Math.abs(x - 12) - 6, 0), Math.max(Math.abs(y - 12) - 6, 0)) <= 4;
const triangle: Shape = (x, y) => y >= 1.6 && y <= 22 && Math.abs(x - 12) <= ((y - 1.6) / 20.4) * 11.6;
const octagon: Shape = (x, y) => {
  const [across, down] = [Math.abs(x - 12), Math.abs(y - 12)];
  return across <= 10.2 && down <= 10.2 && across + down <= 14.6;
};

/** A line with round ends. */
function stroke(fromX: number, fromY: number, toX: number, toY: number, width: number): Shape {
  const [dx, dy] = [toX - fromX, toY - fromY];
  return (x, y) => {
    const along = ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy || 1);
    const at = Math.min(1, Math.max(0, along));
    return Math.hypot(x - fromX - at * dx, y - fromY - at * dy) <= width / 2;
  };
}

interface Drawing {
  readonly colour: readonly [red: number, green: number, blue: number];
  readonly shape: Shape;
  /** cut out of the shape, so that the panel is seen through it */
  readonly cut: readonly Shape[];
  readonly hands?: readonly Shape[];
}

/** Middle tones, to be seen on light and on dark panels. */
const drawings: Readonly<Record<TrayVerdict, Drawing>> = {
  // a disc with a tick
  safe: {
    colour: [0x1f, 0x9d, 0x63],
    shape: disc,
    cut: [stroke(7, 12.4, 10.6, 16, 2.8), stroke(10.6, 16, 17, 8.6, 2.8)],
  },
  // a clock
  waiting: {
    colour: [0x3f, 0x7a, 0xd6],
    shape: ring,
    cut: [],
    hands: [stroke(12, 6.8, 12, 12.4, 2.6), stroke(12, 12.4, 16, 14.6, 2.6)],
  },
  // a square with two bars
  offline: {
    colour: [0xd9, 0x8a, 0x1a],
    shape: roundedSquare,
    cut: [stroke(9.2, 8, 9.2, 16, 2.8), stroke(14.8, 8, 14.8, 16, 2.8)],
  },
  // a triangle with an exclamation mark
  attention: {
    colour: [0xd9, 0x41, 0x2b],
    shape: triangle,
    cut: [stroke(12, 9, 12, 14.4, 2.8), stroke(12, 18.4, 12, 18.5, 3)],
  },
  // an octagon with a cross
  stopped: {
    colour: [0x7d, 0x77, 0x6d],
    shape: octagon,
    cut: [stroke(8, 8, 16, 16, 2.8), stroke(16, 8, 8, 16, 2.8)],
  },
};

const samples = 6;

/** The icon of a verdict as rows of red, green, blue and opacity. */
export function drawTrayIcon(verdict: TrayVerdict, size: number): Uint8Array {
  const { colour, shape, cut, hands = [] } = drawings[verdict];
  const isInk: Shape = (x, y) =>
    hands.some((hand) => hand(x, y)) || (shape(x, y) && !cut.some((hole) => hole(x, y)));
  const pixels = new Uint8Array(size * size * 4);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const opacity = Math.round(255 * coverage(isInk, column, row, 24 / size));
      pixels.set([...colour, opacity], (row * size + column) * 4);
    }
  }
  return pixels;
}

/** How much of a pixel is inside, from 0 to 1. */
function coverage(isInk: Shape, column: number, row: number, unit: number): number {
  let inside = 0;
  for (let sample = 0; sample < samples * samples; sample += 1) {
    const x = (column + ((sample % samples) + 0.5) / samples) * unit;
    const y = (row + (Math.floor(sample / samples) + 0.5) / samples) * unit;
    if (isInk(x, y)) inside += 1;
  }
  return inside / (samples * samples);
}

/** A PNG of eight bits a channel with opacity. */
export function encodePng(pixels: Uint8Array, size: number): Buffer {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row += 1)
    rows.set(pixels.subarray(row * size * 4, (row + 1) * size * 4), row * (size * 4 + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

if (import.meta.main) {
  for (const verdict of trayVerdicts) {
    for (const [suffix, size] of [
      ['', iconSize],
      ['@2x', iconSize * 2],
    ] as const) {
      writeFileSync(
        join(iconFolder, `tray-${verdict}${suffix}.png`),
        encodePng(drawTrayIcon(verdict, size), size),
      );
    }
  }
}
