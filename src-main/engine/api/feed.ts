import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Client } from '../../contract/client.ts';
import type { Logger } from '../log/logger.ts';
import { type Answer, endWith, refusalAnswer } from './answer.ts';
import { createFeedReaders } from './feed-readers.ts';
import { refuseHandshake } from './framing.ts';
import { tooBusy } from './refusal.ts';
import { readTopic, type Topic, topics } from './topics.ts';

export interface FeedOptions {
  readonly client: Client;
  readonly log: Logger;
  readonly now: () => Date;
  readonly mostReaders: number;
  /** milliseconds: between two pings, while nothing is read of what was told, between two messages of a topic */
  readonly patience: { readonly ping: number; readonly unread: number; readonly again: number };
}

/** Tells programs of this box what has changed: `{type, data, timestamp}` over WebSockets (SPEC 9). */
export interface Feed {
  readonly readers: number;
  /** Takes a request for a WebSocket over; an answer refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Answer | null;
  close(): void;
}

/** Counting rows is dear. */
const statsAtMostEveryMs = 5000;
/** What time alone changes. */
const atLeastEveryMs = 5000;
/** What clients say is not for anyone. */
const longestMessage = 1024;

export function createFeed({ client, log, now, mostReaders, patience }: FeedOptions): Feed {
  const server = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, perMessageDeflate: false },
    // Answers to pings of a client that reads nothing would pile up.
    autoPong: false,
    maxPayload: longestMessage,
  });
  server.on('wsClientError', (error, socket) => endWith(socket, refusalAnswer(refuseHandshake(error))));
  const told = new Map<Topic, { readonly text: string; readonly message: Buffer }>();
  const changed = new Set<Topic>(topics);
  const readAt = new Map<Topic, number>();
  const failing = new Set<Topic>();
  const readers = createFeedReaders({ newest: (topic) => told.get(topic)?.message, onEmpty: rest, patience });
  let stop: (() => void) | null = null;

  /** Nothing is read while nobody listens. */
  function begin(): void {
    if (stop !== null) return;
    const endings = [
      client.subscribe('inventory.changed', () => {
        for (const topic of topics) if (topic !== 'status') changed.add(topic);
      }),
      client.subscribe('status.changed', () => changed.add('status')),
    ];
    const timer = setInterval(look, patience.again / 4);
    timer.unref();
    stop = () => {
      clearInterval(timer);
      for (const end of endings) end();
    };
    look();
  }

  function rest(): void {
    stop?.();
    stop = null;
    told.clear();
    readAt.clear();
    for (const topic of topics) changed.add(topic);
  }

  function look(): void {
    const at = performance.now();
    for (const topic of topics) {
      const age = at - (readAt.get(topic) ?? Number.NEGATIVE_INFINITY);
      const again = topic === 'stats' ? statsAtMostEveryMs : patience.again;
      if (age < (changed.has(topic) ? again : atLeastEveryMs)) continue;
      changed.delete(topic);
      readAt.set(topic, at);
      void read(topic);
    }
    void readers.serve();
  }

  async function read(topic: Topic): Promise<void> {
    const session = stop;
    try {
      const data = await readTopic(client, topic);
      failing.delete(topic);
      const text = JSON.stringify(data);
      if (stop !== session || told.get(topic)?.text === text) return;
      told.set(topic, { text, message: encode(topic, text, now()) });
      readers.owe(topic);
      void readers.serve();
    } catch (error) {
      if (!failing.has(topic))
        log.warn('a topic of the API could not be read', { topic, error: String(error) });
      failing.add(topic);
    }
  }

  return {
    get readers() {
      return readers.count;
    },
    upgrade(request, socket, head) {
      if (readers.count >= mostReaders)
        return refusalAnswer(tooBusy(`${mostReaders} programs listen already.`));
      server.handleUpgrade(request, socket, head, (opened) => {
        readers.add(opened);
        begin();
      });
      return null;
    },
    close() {
      readers.close();
      rest();
    },
  };
}

/** Encoded once, whoever reads it. */
function encode(type: Topic, data: string, at: Date): Buffer {
  return Buffer.from(`{"type":"${type}","data":${data},"timestamp":"${at.toISOString()}"}`);
}
