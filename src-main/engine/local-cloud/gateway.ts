import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createAuthEndpoints } from './gateway-auth.ts';
import { createKeyCheck, sameText } from './gateway-key.ts';
import { createRestRelay, databaseDown } from './gateway-rest.ts';
import type { LocalCloudPorts } from './ports.ts';
import type { LocalCloudSecrets } from './secrets.ts';
import { sendJson } from './send-json.ts';

/** Where a supervisor is spoken to. Needs the control key from the secrets file, not the project's key. */
export const controlPrefix = '/backhaul/control/';
export const controlHeader = 'x-backhaul-control';

export interface GatewayPlan {
  readonly ports: LocalCloudPorts;
  readonly secrets: LocalCloudSecrets;
  readonly superuserConnectionString: string;
  readonly isReady: () => boolean;
  readonly control: (word: string, incoming: IncomingMessage, outgoing: ServerResponse) => void;
}

export interface Gateway {
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** The one address of the local cloud: Supabase's paths and keys, on loopback only (SPEC 5.6). */
export function createGateway(plan: GatewayPlan): Gateway {
  const checkKey = createKeyCheck(plan.secrets);
  const auth = createAuthEndpoints(plan.secrets, plan.superuserConnectionString);
  const rest = createRestRelay(plan.ports.postgrest);

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    if (url.pathname.startsWith(controlPrefix)) return control(url, incoming, outgoing);
    const verdict = await checkKey(incoming);
    if (!verdict.allowed) return sendJson(outgoing, 401, { message: verdict.message, hint: verdict.hint });
    if (isBelow(url.pathname, '/storage/v1')) {
      return sendJson(outgoing, 404, {
        statusCode: '404',
        error: 'not_found',
        message: 'The local cloud has no storage',
      });
    }
    if (!plan.isReady()) return databaseDown(outgoing);
    if (isBelow(url.pathname, '/rest/v1')) return rest.forward(incoming, outgoing, verdict.anonymous);
    if (isBelow(url.pathname, '/auth/v1')) return auth(incoming, outgoing, url, verdict.admin);
    return sendJson(outgoing, 404, { message: 'no Route matched with those values' });
  }

  function control(url: URL, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const key = incoming.headers[controlHeader];
    if (typeof key !== 'string' || !sameText(key, plan.secrets.controlKey)) {
      sendJson(outgoing, 401, { message: 'Invalid control key' });
      return;
    }
    plan.control(url.pathname.slice(controlPrefix.length), incoming, outgoing);
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => {
      if (outgoing.headersSent) outgoing.destroy();
      else sendJson(outgoing, 500, { message: 'The local cloud could not answer' });
    });
  });
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 0;

  return {
    listen: () => listen(server, plan.ports.gateway),
    close: () => {
      rest.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function isBelow(pathname: string, prefix: string): boolean {
  return pathname === prefix || pathname.startsWith(`${prefix}/`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
