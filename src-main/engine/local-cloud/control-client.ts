import { type ClientRequest, request } from 'node:http';
import { z } from 'zod';
import { controlHeader, controlPrefix } from './gateway.ts';
import { createLatch } from './latch.ts';

export interface ControlAddress {
  readonly gatewayPort: number;
  readonly controlKey: string;
}

/** One word to the supervisor; null where nobody answers. */
export function tellSupervisor(
  address: ControlAddress,
  word: 'state' | 'stop' | 'detach',
): Promise<{ readonly status: number; readonly body: unknown } | null> {
  return new Promise((resolve) => {
    const sent = openRequest(address, word);
    sent.setTimeout(2_000, () => sent.destroy());
    sent.once('error', () => resolve(null));
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', () => resolve(null));
      response.once('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          body: parseJson(Buffer.concat(chunks).toString('utf8')),
        });
      });
    });
    sent.end();
  });
}

export interface LeaseConnection {
  /** Called once when the supervisor goes, or at once if it has gone already. */
  onLost(listener: () => void): void;
  end(): void;
}

/** Holds the cloud for as long as the connection is open; null where the supervisor gives none. */
export function holdSupervisor(address: ControlAddress): Promise<LeaseConnection | null> {
  return new Promise((resolve) => {
    const sent = openRequest(address, 'lease');
    sent.setTimeout(2_000, () => sent.destroy());
    sent.once('error', () => resolve(null));
    sent.once('response', (response) => {
      if (response.statusCode !== 200) {
        sent.destroy();
        return resolve(null);
      }
      sent.setTimeout(0);
      sent.on('error', () => {});
      const lost = createLatch();
      response.once('close', lost.open);
      response.on('error', () => {});
      response.resume();
      response.socket.unref();
      resolve({
        onLost: (listener) => {
          lost.onOpen(listener);
        },
        end: () => sent.destroy(),
      });
    });
    sent.end();
  });
}

const stateAnswer = z.object({ detached: z.boolean(), holders: z.int() });

/** Whether the supervisor would end if one holder left. */
export async function lastHolderLeaves(address: ControlAddress): Promise<boolean> {
  const answer = stateAnswer.safeParse((await tellSupervisor(address, 'state'))?.body);
  return answer.success && !answer.data.detached && answer.data.holders <= 1;
}

function openRequest(address: ControlAddress, word: string): ClientRequest {
  return request({
    host: '127.0.0.1',
    port: address.gatewayPort,
    method: 'POST',
    path: `${controlPrefix}${word}`,
    headers: { [controlHeader]: address.controlKey, 'content-length': 0 },
    agent: false,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
