import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { BridgeConnection } from '../../contract/live-shapes.ts';
import type { CaptureStatus } from '../../contract/status-shapes.ts';
import { connectionShares } from '../files/open-files.ts';
import type { Logger } from '../log/logger.ts';
import type { Storage } from '../storage/service.ts';
import { type BatchWriter, type Committed, createBatchWriter, type WriterState } from './batch-writer.ts';
import {
  type ConnectionOptions,
  type ConnectionSummary,
  connectBridge,
  type OpenConnection,
} from './bridge-connection.ts';
import { type BridgeSocket, listenBridge } from './bridge-socket.ts';
import { noReadings, type ReadingKeeper } from './reading-keeper.ts';
import { type SupervisedChild, superviseChild } from './supervised-child.ts';
import { systemTimers, type Timers } from './timers.ts';

export type { Committed, WriterState } from './batch-writer.ts';
export type { ConnectionOptions, ConnectionSummary } from './bridge-connection.ts';
export type { ConnectionDefaults } from './capture-record.ts';
export { createStateDeriver, type DeriveDefaults, deriveStates, type StateDeriver } from './derive-states.ts';
export type { InventoryMessage, Refusal, RefusalCode } from './messages.ts';
export type { ReadingKeeper, ReadingOutcome } from './reading-keeper.ts';
export { type NumberedLine, splitLines } from './split-lines.ts';
export type { StateChange } from './state-change.ts';
export type { Zones } from './zones.ts';
export { readZonesFile } from './zones-file.ts';

/** The part of the configuration that capture reads. */
export interface CaptureConfig {
  readonly location: { readonly timezone: string | null };
  readonly capture: { readonly batchSize: number; readonly flushIntervalMs: number };
}

export interface CaptureOptions {
  readonly storage: Storage;
  readonly config: CaptureConfig;
  readonly log: Logger;
  readonly now: () => Date;
  readonly dataDir: string;
  /** where readings of stock go; nowhere unless given */
  readonly readings?: ReadingKeeper;
  /** the system's timers unless a test brings its own */
  readonly timers?: Timers;
  /** that the bridge's socket serves at once; what the system's open files allow unless a test brings its own */
  readonly mostConnections?: number;
  /** after each commit */
  readonly onCommitted?: (committed: Committed) => void;
  /** capture stopped acknowledging, or does so again */
  readonly onState?: (state: WriterState) => void;
}

/** The way in for detections and state changes (SPEC 4). */
export interface Capture {
  /**
   * Reads lines of the bridge from `input` to its end and replies to `output`, which stays open. Resolves when
   * every line is committed, or refused and kept, and answered. Never rejects for what the lines hold.
   */
  connect(input: Readable, output: Writable | null, options: ConnectionOptions): Promise<ConnectionSummary>;
  /** Listens on a Unix socket or named pipe; @throws BackhaulError `conflict`, `unavailable` */
  listen(path: string): Promise<void>;
  /** Starts the detector and keeps it running; its standard output is the bridge. */
  supervise(command: readonly string[]): void;
  status(): CaptureStatus;
  /** producers that are connected now, the first one first */
  connections(): BridgeConnection[];
  /** Commits everything that was read so far. */
  flushAll(): Promise<void>;
  /** Stops the detector, stops reading, commits and answers what was read, closes the socket. */
  close(): Promise<void>;
}

const tellAgainAfterMs = 60_000;

/** Starts the batch writer; nothing is read before `connect`, `listen` or `supervise`. */
export function startCapture(options: CaptureOptions): Capture {
  const timers = options.timers ?? systemTimers(options.now);
  const writer = createBatchWriter({
    ...{ storage: options.storage, log: options.log, timers, dataDir: options.dataDir },
    batchSize: options.config.capture.batchSize,
    flushIntervalMs: options.config.capture.flushIntervalMs,
    readings: options.readings ?? noReadings,
    configuredZone: options.config.location.timezone,
    onCommitted: options.onCommitted ?? (() => {}),
    onState: options.onState ?? (() => {}),
  });
  return new RunningCapture(
    writer,
    timers,
    options.log,
    options.mostConnections ?? connectionShares().bridge,
  );
}

class RunningCapture implements Capture {
  readonly #writer: BatchWriter;
  readonly #timers: Timers;
  readonly #log: Logger;
  readonly #mostConnections: number;
  readonly #closing = new AbortController();
  readonly #open = new Set<Promise<unknown>>();
  readonly #connected = new Set<OpenConnection>();
  #sockets: BridgeSocket[] = [];
  #children: SupervisedChild[] = [];
  /** why the bridge's socket could not be made */
  #noSocketReason: string | null = null;
  #accepted = 0;
  #silentUntil = 0;

  constructor(writer: BatchWriter, timers: Timers, log: Logger, mostConnections: number) {
    this.#writer = writer;
    this.#timers = timers;
    this.#log = log;
    this.#mostConnections = mostConnections;
  }

  connect(input: Readable, output: Writable | null, options: ConnectionOptions): Promise<ConnectionSummary> {
    const signals = [this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])];
    const parts = { writer: this.#writer, log: this.#log, timers: this.#timers, open: this.#connected };
    const summary = connectBridge(parts, input, output, { ...options, signal: AbortSignal.any(signals) });
    this.#open.add(summary);
    void summary.finally(() => this.#open.delete(summary)).catch(() => {});
    return summary;
  }

  async listen(path: string): Promise<void> {
    const serve = (socket: Socket) => {
      this.#serve(socket).catch((error: unknown) => {
        this.#log.error('a bridge connection failed', { error: String(error) });
        socket.destroy();
      });
    };
    const listener = {
      mostConnections: this.#mostConnections,
      onConnection: serve,
      onTooMany: () => this.#tellOfTooMany(),
    };
    try {
      this.#sockets.push(await listenBridge(path, listener));
      this.#noSocketReason = null;
    } catch (error) {
      this.#noSocketReason = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  supervise(command: readonly string[]): void {
    const attach = (output: Readable, input: Writable) =>
      this.connect(output, input, { source: `command ${command[0]}`, overflow: 'drop' });
    this.#children.push(superviseChild({ command, log: this.#log, timers: this.#timers, attach }));
  }

  status(): CaptureStatus {
    return {
      ...this.#writer.statistics(),
      ...this.#state(),
      connections: this.#open.size,
      socket: this.#sockets[0]?.path ?? null,
    };
  }

  #state(): WriterState {
    const writer = this.#writer.state();
    if (writer.state === 'stopped') return writer;
    if (this.#noSocketReason !== null) return { state: 'stopped', reason: this.#noSocketReason };
    return this.#open.size > 0 ? { state: 'running', reason: null } : writer;
  }

  connections(): BridgeConnection[] {
    return [...this.#connected].map((connection) => connection.describe());
  }

  flushAll(): Promise<void> {
    return this.#writer.flushAll();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    const stopped = Promise.all(this.#children.map((child) => child.stop()));
    await Promise.race([stopped, this.#writer.whenStopped()]);
    this.#closing.abort();
    await new Promise((resolve) => setImmediate(resolve));
    await this.#writer.close();
    await Promise.allSettled([...this.#open, stopped]);
  }

  /** A producer that comes back at once and always is told of now and then. */
  #tellOfTooMany(): void {
    const now = this.#timers.elapsed();
    if (now < this.#silentUntil) return;
    this.#silentUntil = now + tellAgainAfterMs;
    this.#log.warn('a producer was turned away: too many connections are open', {
      open: this.#mostConnections,
      nextStep: 'close those that are not used, or allow the engine more open files (ulimit -n)',
    });
  }

  async #serve(socket: Socket): Promise<void> {
    this.#accepted += 1;
    socket.on('error', () => {});
    await this.connect(socket, socket, { source: `socket ${this.#accepted}` });
    socket.end();
    if (this.#closing.signal.aborted) socket.destroySoon();
  }
}
