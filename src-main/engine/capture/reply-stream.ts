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

export function createReplyStream(options: ReplyOptions): ReplyStream {
  return new CollectedReplies(options);
}

class CollectedReplies implements ReplyStream {
  readonly #options: ReplyOptions;
  readonly #output: Writable | null;
  #collected = '';
  #open: boolean;
  #toldOfDropped = false;

  constructor(options: ReplyOptions) {
    this.#options = options;
    this.#output = options.output;
    this.#open = options.output !== null;
    const close = () => {
      this.#open = false;
    };
    options.output?.on('error', close).on('close', close).on('finish', close);
  }

  ack(line: number, seq: number | null): void {
    if (seq !== null) this.#add(`{"type":"ack","seq":${seq}}\n`, true);
    else if (this.#options.ackUnnumbered()) this.#add(`{"type":"ack","line":${line}}\n`, true);
  }

  error(line: number, seq: number | null, { code, message }: Refusal): void {
    const reply = seq === null ? { type: 'error', line } : { type: 'error', seq, line };
    const awaited = seq !== null || this.#options.ackUnnumbered();
    this.#add(`${JSON.stringify({ ...reply, code, message })}\n`, awaited);
  }

  other(reply: object): void {
    this.#add(`${JSON.stringify(reply)}\n`, true);
  }

  flush(): void {
    if (this.#collected !== '' && this.#open) this.#output?.write(this.#collected);
    this.#collected = '';
  }

  room(): Promise<void> | undefined {
    const output = this.#output;
    if (!this.#open || output === null || this.#options.overflow === 'drop') return undefined;
    if (!output.writableNeedDrain || output.writableLength <= mostUnsentBytes) return undefined;
    return new Promise((resolve) => {
      const go = () => {
        for (const event of ['drain', 'error', 'close']) output.off(event, go);
        resolve();
      };
      for (const event of ['drain', 'error', 'close']) output.on(event, go);
    });
  }

  /** A reply that nothing waits for may be dropped; one that is awaited only where reading must never pause. */
  #add(text: string, awaited: boolean): void {
    if (!this.#open) return;
    const unsent = (this.#output?.writableLength ?? 0) + this.#collected.length;
    if (unsent <= mostUnsentBytes || (awaited && this.#options.overflow === 'pause')) {
      this.#collected += text;
    } else if (!this.#toldOfDropped) {
      this.#toldOfDropped = true;
      this.#options.onDropped();
    }
  }
}
