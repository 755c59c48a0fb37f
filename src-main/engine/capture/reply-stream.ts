import type { Writable } from 'node:stream';
import type { Refusal } from './messages.ts';

/** What happens when a producer does not read its replies. */
export type Overflow = 'pause' | 'drop';

/** Replies of one connection, one line each, collected and written once a commit (SPEC 4.1). */
export interface ReplyStream {
  ack(line: number, seq: number | null): void;
  error(line: number, seq: number | null, refusal: Refusal): void;
  other(reply: object): void;
  /** Writes what was collected. */
  flush(): void;
  /** Undefined while replies flow, else resolves when they do again or never can: pause reading until then. */
  room(): Promise<void> | undefined;
}

export interface ReplyOptions {
  /** null: nobody listens */
  readonly output: Writable | null;
  /** whether lines without a seq are acknowledged too, by line number */
  readonly ackUnnumbered: () => boolean;
  readonly overflow: Overflow;
  /** told once when replies had to be dropped */
  readonly onDropped: () => void;
}

const mostUnsentBytes = 1_000_000;

export function createReplyStream({ output, ackUnnumbered, overflow, onDropped }: ReplyOptions): ReplyStream {
  let collected = '';
  let open = output !== null;
  let told = false;
  const close = () => {
    open = false;
  };
  output?.on('error', close).on('close', close).on('finish', close);

  const unsent = () => (output?.writableLength ?? 0) + collected.length;
  /** A reply that nothing waits for may be dropped; one with a seq only where reading must never pause. */
  const add = (text: string, awaited: boolean) => {
    if (!open) return;
    if (unsent() > mostUnsentBytes && (!awaited || overflow === 'drop')) {
      if (!told) onDropped();
      told = true;
      return;
    }
    collected += text;
  };
  return {
    ack(line, seq) {
      if (seq !== null) add(`{"type":"ack","seq":${seq}}\n`, true);
      else if (ackUnnumbered()) add(`{"type":"ack","line":${line}}\n`, true);
    },
    error(line, seq, { code, message }) {
      const reply = seq === null ? { type: 'error', line } : { type: 'error', seq, line };
      add(`${JSON.stringify({ ...reply, code, message })}\n`, seq !== null || ackUnnumbered());
    },
    other(reply) {
      add(`${JSON.stringify(reply)}\n`, true);
    },
    flush() {
      if (collected !== '' && open) output?.write(collected);
      collected = '';
    },
    room() {
      if (!open || output === null || overflow === 'drop' || unsent() <= mostUnsentBytes) return undefined;
      return new Promise((resolve) => {
        const go = () => {
          for (const event of ['drain', 'error', 'close']) output.off(event, go);
          resolve();
        };
        for (const event of ['drain', 'error', 'close']) output.on(event, go);
      });
    },
  };
}
