import type { Readable, Writable } from 'node:stream';
import type { BridgeConnection as ConnectionView } from '../../contract/live-shapes.ts';
import type { Logger } from '../log/logger.ts';
import type { BatchWriter } from './batch-writer.ts';
import type {
  AnnouncedSession,
  CaptureRecord,
  ConnectionDefaults,
  Outcome,
  RecordOrigin,
} from './capture-record.ts';
import { createLineSplitter } from './line-splitter.ts';
import type { HelloMessage, Message, Refusal } from './messages.ts';
import { type ParsedLine, parseLine } from './protocol.ts';
import { readChunks } from './read-chunks.ts';
import { createReplyStream, type Overflow, type ReplyStream } from './reply-stream.ts';
import type { Timers } from './timers.ts';

export interface ConnectionOptions {
  /** names the connection in logs and `rejected_lines` */
  readonly source: string;
  /** what holds where lines do not say; a `hello` line may add to it */
  readonly defaults?: Partial<ConnectionDefaults>;
  /** acknowledge lines without a seq by their line number */
  readonly ackUnnumbered?: boolean;
  /** end the replies with a line of type `summary` */
  readonly summary?: boolean;
  readonly overflow?: Overflow;
  /** hears of refused lines after they were kept */
  readonly onRefused?: (line: number, seq: number | null, refusal: Refusal) => void;
  /** stop reading; what was read is committed and answered */
  readonly signal?: AbortSignal;
}

/** What became of the lines of one connection: received = committed + duplicates + refused (SPEC 8). */
export interface ConnectionSummary {
  readonly received: number;
  readonly committed: number;
  readonly duplicates: number;
  readonly refused: number;
  /** changes made from detections */
  readonly states: number;
  readonly commits: number;
  readonly avgBatchSize: number;
  readonly durationMs: number;
}

export interface ConnectionParts {
  readonly writer: BatchWriter;
  readonly log: Logger;
  readonly timers: Timers;
  /** connections that are open now; each is there from its first byte to its last reply */
  readonly open?: Set<OpenConnection>;
}

/** A connection as it can be looked at while it is open. */
export interface OpenConnection {
  describe(): ConnectionView;
}

/**
 * Reads lines until the input ends, submits them, answers each after its commit (SPEC 4.1). Resolves when every
 * line is settled and its reply handed to `output`, which is left open.
 */
export async function connectBridge(
  parts: ConnectionParts,
  input: Readable,
  output: Writable | null,
  options: ConnectionOptions,
): Promise<ConnectionSummary> {
  return new BridgeConnection(parts, output, options).read(input);
}

const rememberedFields = 200;

class BridgeConnection implements RecordOrigin, OpenConnection {
  readonly source: string;
  defaults: ConnectionDefaults;
  readonly #parts: ConnectionParts;
  readonly #options: ConnectionOptions;
  readonly #replies: ReplyStream;
  readonly #splitter = createLineSplitter();
  readonly #warnedOf = new Set<string>();
  #session: AnnouncedSession | null = null;
  #first = true;
  #ackUnnumbered: boolean;
  #summary: boolean;
  #since = '';
  #lastPieceAt: Date | null = null;
  #count = { received: 0, committed: 0, duplicate: 0, refused: 0, states: 0, commits: 0 };

  constructor(parts: ConnectionParts, output: Writable | null, options: ConnectionOptions) {
    this.#parts = parts;
    this.#options = options;
    this.source = options.source;
    this.defaults = { sessionId: null, cameraId: null, locationId: null, zones: null, ...options.defaults };
    this.#ackUnnumbered = options.ackUnnumbered ?? false;
    this.#summary = options.summary ?? false;
    this.#replies = createReplyStream({
      output,
      ackUnnumbered: () => this.#ackUnnumbered,
      overflow: options.overflow ?? 'pause',
      onDropped: () =>
        parts.log.warn('a producer does not read its replies, some were dropped', { source: this.source }),
    });
  }

  async read(input: Readable): Promise<ConnectionSummary> {
    const { timers } = this.#parts;
    const begun = timers.elapsed();
    const signal = this.#options.signal ?? new AbortController().signal;
    this.#since = timers.now().toISOString();
    this.#parts.open?.add(this);
    try {
      return await this.#readAll(input, signal, begun);
    } finally {
      this.#parts.open?.delete(this);
    }
  }

  async #readAll(input: Readable, signal: AbortSignal, begun: number): Promise<ConnectionSummary> {
    const { writer, timers, log } = this.#parts;
    const error = await readChunks(input, (piece) => this.#take(piece), signal);
    if (error !== null) log.warn('a bridge connection broke', { source: this.source, error: error.message });
    this.#splitter.end((line, number, tooLong) => this.#line(line, number, tooLong));
    await writer.flushAll();
    const summary = this.#summaryAfter(timers.elapsed() - begun);
    if (this.#summary) this.#replies.other({ type: 'summary', ...summary });
    this.#replies.flush();
    return summary;
  }

  describe(): ConnectionView {
    const { received, committed, duplicate, refused } = this.#count;
    return {
      source: this.source,
      since: this.#since,
      ...{ received, committed, duplicates: duplicate, refused },
      lastLineAt: this.#lastPieceAt?.toISOString() ?? null,
    };
  }

  settled(record: CaptureRecord, outcome: Outcome): void {
    this.#count[outcome.kind] += 1;
    this.#count.states += outcome.states;
    if (outcome.refusal === null) {
      this.#replies.ack(record.line, record.seq);
    } else {
      this.#replies.error(record.line, record.seq, outcome.refusal);
      this.#options.onRefused?.(record.line, record.seq, outcome.refusal);
    }
  }

  batchSettled(): void {
    this.#count.commits += 1;
    this.#replies.flush();
  }

  /** Takes a piece of the stream; answers with what must be waited for before the next. */
  #take(piece: Buffer): Promise<void> | undefined {
    this.#lastPieceAt = this.#parts.timers.now();
    this.#splitter.push(piece, (line, number, tooLong) => this.#line(line, number, tooLong));
    const room = this.#parts.writer.room();
    const replies = this.#replies.room();
    if (room === undefined) return replies;
    return room.then(() => this.#replies.room());
  }

  #line(bytes: Buffer, line: number, tooLong: boolean): void {
    const parsed = parseLine(bytes, tooLong);
    const first = this.#first;
    this.#first = false;
    if (parsed.ok) {
      if (parsed.unknownFields.length > 0) this.#warn(parsed.message.type, parsed.unknownFields);
    }
    if (first && parsed.ok && parsed.message.type === 'hello') this.#greet(parsed.message);
    else this.#submit(bytes, line, parsed);
  }

  #submit(bytes: Buffer, line: number, parsed: ParsedLine): void {
    const message: Message | null = parsed.ok ? parsed.message : null;
    if (message?.type === 'session') this.#session = { sessionId: message.session_id, refusal: null };
    this.#count.received += 1;
    this.#parts.writer.submit({
      origin: this,
      line,
      seq: parsed.seq,
      bytes,
      message,
      refusal: parsed.ok ? null : parsed.refusal,
      session: this.#session,
    });
    if (message?.type === 'session_end') this.#parts.writer.flush();
  }

  #greet(hello: HelloMessage): void {
    this.defaults = {
      sessionId: hello.session_id ?? this.defaults.sessionId,
      cameraId: hello.camera_id ?? this.defaults.cameraId,
      locationId: hello.location_id ?? this.defaults.locationId,
      zones: hello.zones ?? this.defaults.zones,
    };
    this.#ackUnnumbered ||= hello.ack_unnumbered;
    this.#summary ||= hello.summary;
  }

  #warn(type: string, fields: readonly string[]): void {
    for (const field of fields) {
      if (this.#warnedOf.has(field) || this.#warnedOf.size >= rememberedFields) continue;
      this.#warnedOf.add(field);
      this.#parts.log.warn('an unknown field is ignored', {
        source: this.source,
        type,
        field: field.slice(0, 100),
      });
    }
  }

  #summaryAfter(durationMs: number): ConnectionSummary {
    const { received, committed, duplicate, refused, states, commits } = this.#count;
    return {
      received,
      committed,
      duplicates: duplicate,
      refused,
      states,
      commits,
      avgBatchSize: commits === 0 ? 0 : Math.round((received / commits) * 100) / 100,
      durationMs: Math.round(durationMs),
    };
  }
}
