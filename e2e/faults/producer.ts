import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Line } from '../support/records.ts';

export interface ProducerOptions {
  readonly lines: readonly Line[];
  readonly chunk: number;
  readonly pauseMs: number;
  /** lines before its last acknowledgement that it says again after a break */
  readonly overlap: number;
  /** hears the number of acknowledgements of this connection after each */
  readonly onAck: (acks: number) => void;
}

/** A detector: says its lines in order, remembers what was acknowledged, and goes on from there after a break. */
export interface Producer {
  /** Says what is not acknowledged yet to a bridge; resolves when all is, or when the connection has ended. */
  say(bridge: string): Promise<void>;
  /** Ends the connection in the middle of a line. */
  cut(): void;
  /** the lines from here on; what ends another way (an `ingest` that was killed) moves it */
  next(): number;
  acknowledgedUpTo(line: number): void;
  readonly refusals: readonly string[];
}

export function createProducer(options: ProducerOptions): Producer {
  const { lines } = options;
  const refusals: string[] = [];
  let next = 0;
  let socket: Socket | null = null;

  function hear(reply: string, acks: { count: number }): void {
    const { type, seq = -1, ...rest } = JSON.parse(reply) as { type: string; seq?: number };
    if (type === 'ack') {
      acks.count += 1;
      next = Math.max(next, seq + 1);
      options.onAck(acks.count);
    } else if (type === 'error') {
      refusals.push(`line ${seq}: ${JSON.stringify(rest)}`);
    }
  }

  async function write(to: Socket): Promise<void> {
    for (let at = Math.max(0, next - options.overlap); at < lines.length && !to.destroyed; ) {
      const chunk = lines.slice(at, at + options.chunk);
      const text = chunk.map((line, index) => `${JSON.stringify({ ...line, seq: at + index })}\n`).join('');
      at += chunk.length;
      if (!to.write(text)) await new Promise<void>((go) => to.once('drain', go).once('close', () => go()));
      await delay(options.pauseMs);
    }
  }

  return {
    async say(bridge) {
      const to = connect(bridge);
      socket = to;
      to.on('error', () => undefined);
      const closed = new Promise<void>((resolve) => to.once('close', () => resolve()));
      const acks = { count: 0 };
      createInterface({ input: to })
        .on('line', (reply) => {
          hear(reply, acks);
          if (next >= lines.length) to.destroy();
        })
        .on('error', () => undefined);
      await Promise.race([write(to), closed]);
      await closed;
    },
    cut() {
      socket?.write('{"type":"division_state","fra', () => socket?.destroy());
    },
    next: () => next,
    acknowledgedUpTo(line) {
      next = Math.max(next, line);
    },
    refusals,
  };
}
