import { BackhaulError } from '../../contract/errors.ts';
import { type SecretName, type SecretReply, secretReply } from '../../contract/secret-messages.ts';

/** The system's keychain, as the console opens it for its engine. Each fails with `unavailable`. */
export interface Keychain {
  read(name: SecretName): Promise<string | null>;
  write(name: SecretName, value: string): Promise<void>;
  clear(name: SecretName): Promise<void>;
}

/** The way to the process that started this one. */
export interface ParentChannel {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

const answerWithinMs = 5000;

type Question =
  | { readonly type: 'secret.read' | 'secret.clear'; readonly name: SecretName }
  | { readonly type: 'secret.write'; readonly name: SecretName; readonly value: string };

/** A keychain behind the messages of `contract/secret-messages.ts`. */
export function parentKeychain(channel: ParentChannel, withinMs = answerWithinMs): Keychain {
  const waiting = new Map<number, (reply: SecretReply | null) => void>();
  let lastId = 0;
  channel.onMessage((message) => {
    const reply = secretReply.safeParse(message);
    if (reply.success) waiting.get(reply.data.id)?.(reply.data);
  });

  async function ask(question: Question): Promise<string | null> {
    lastId += 1;
    const id = lastId;
    const { promise, resolve } = Promise.withResolvers<SecretReply | null>();
    const timer = setTimeout(() => resolve(null), withinMs);
    waiting.set(id, resolve);
    try {
      channel.post({ ...question, id });
      const reply = await promise;
      if (reply?.ok === true) return reply.value;
      throw keychainFault(reply === null ? 'it did not answer' : reply.reason);
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  }

  return {
    read: (name) => ask({ type: 'secret.read', name }),
    async write(name, value) {
      await ask({ type: 'secret.write', name, value });
    },
    async clear(name) {
      await ask({ type: 'secret.clear', name });
    },
  };
}

function keychainFault(reason: string): BackhaulError {
  return new BackhaulError(
    'unavailable',
    `The system's keychain does not give or take the secret (${reason}). Nothing is lost, the records wait here; unlock the keychain, for instance by signing in to the computer again, and try again.`,
  );
}

/** The channel to Electron's main process: of a utility process, or of a plain Node child. */
export function processChannel(): ParentChannel {
  const port = (process as { parentPort?: UtilityPort }).parentPort;
  if (port === undefined) {
    return {
      post: (message) => void process.send?.(message),
      onMessage: (listener) => void process.on('message', listener),
    };
  }
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', ({ data }) => listener(data)),
  };
}

interface UtilityPort {
  postMessage(message: unknown): void;
  on(name: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
}
