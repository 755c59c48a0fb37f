import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { type Topic, topics } from './topics.ts';

/** Programs at the other end of a WebSocket, each as fast as it reads. */
export interface FeedReaders {
  readonly count: number;
  /** It is owed one message of every topic. */
  add(socket: WebSocket): void;
  /** The topic has a newer message: everyone is owed that one, and none before it. */
  owe(topic: Topic): void;
  /** Sends what is owed to all who read; a few at a time, so that nothing else waits. */
  serve(): Promise<void>;
  close(): void;
}

export interface FeedReadersOptions {
  /** the newest message of a topic; undefined before the first */
  readonly newest: (topic: Topic) => Buffer | undefined;
  /** nobody is left */
  readonly onEmpty: () => void;
  /** milliseconds: between two pings, and how long one may read nothing of what was sent */
  readonly patience: { readonly ping: number; readonly unread: number };
}

interface Reader {
  readonly socket: WebSocket;
  readonly owed: Set<Topic>;
  /** of `performance.now()`; null while all was taken that was sent */
  unreadSince: number | null;
  /** it has answered the last ping */
  alive: boolean;
  /** messages, pings and pongs in this second */
  heard: number;
}

const servedAtOnce = 50;
const mostHeardASecond = 100;
const [goingAway, policyViolation] = [1001, 1008];
const lastWordsMs = 300;

export function createFeedReaders({ newest, onEmpty, patience }: FeedReadersOptions): FeedReaders {
  const readers = new Set<Reader>();
  let pingedAt = performance.now();
  let countedAt = performance.now();
  let serving = false;

  function add(socket: WebSocket): void {
    const reader: Reader = { socket, owed: new Set(topics), unreadSince: null, alive: true, heard: 0 };
    readers.add(reader);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      readers.delete(reader);
      if (readers.size === 0) onEmpty();
    });
    const heard = (): void => {
      reader.heard += 1;
      if (reader.heard > mostHeardASecond) socket.close(policyViolation, 'it says too much');
    };
    socket.on('message', heard);
    socket.on('ping', (data) => {
      heard();
      if (isTaken(reader)) socket.pong(data);
    });
    socket.on('pong', () => {
      heard();
      reader.alive = true;
    });
    serveOne(reader);
  }

  /** One message at most lies between it and the system; what came in between is never sent. */
  function serveOne(reader: Reader): void {
    const { socket, owed } = reader;
    for (const topic of owed) {
      if (!isTaken(reader)) return;
      const message = newest(topic);
      if (message === undefined) continue;
      owed.delete(topic);
      socket.send(message, { binary: false });
    }
  }

  async function serveAll(): Promise<void> {
    look();
    let served = 0;
    for (const reader of [...readers]) {
      if (reader.owed.size === 0) continue;
      serveOne(reader);
      served += 1;
      if (served % servedAtOnce === 0) await yieldToLoop();
    }
  }

  /** Ends connections to programs that are gone or read nothing. */
  function look(): void {
    const at = performance.now();
    const pings = at - pingedAt >= patience.ping;
    const counts = at - countedAt >= 1000;
    if (pings) pingedAt = at;
    if (counts) countedAt = at;
    for (const reader of readers) {
      if (counts) reader.heard = 0;
      const taken = isTaken(reader);
      reader.unreadSince = taken ? null : (reader.unreadSince ?? at);
      if (reader.unreadSince !== null && at - reader.unreadSince > patience.unread) reader.socket.terminate();
      else if (pings && taken) ping(reader);
    }
  }

  return {
    get count() {
      return readers.size;
    },
    add,
    owe(topic) {
      for (const { owed } of readers) owed.add(topic);
    },
    async serve() {
      if (serving) return;
      serving = true;
      await serveAll().finally(() => {
        serving = false;
      });
    },
    close() {
      const open = [...readers];
      for (const { socket } of open) socket.close(goingAway, 'the engine stops');
      setTimeout(() => {
        for (const { socket } of open) socket.terminate();
      }, lastWordsMs).unref();
    },
  };
}

function isTaken({ socket }: Reader): boolean {
  return socket.bufferedAmount === 0;
}

function ping(reader: Reader): void {
  if (reader.alive) reader.socket.ping();
  else reader.socket.terminate();
  reader.alive = false;
}
