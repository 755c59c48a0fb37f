import type { IncomingMessage } from 'node:http';
import type { Client } from '../../contract/client.ts';
import type { HealthReport } from '../../contract/health-shapes.ts';
import { type Answer, jsonAnswer, refusalAnswer } from './answer.ts';
import { metricsType } from './metrics/exposition.ts';
import { readLimit } from './read-limit.ts';
import type { Refusal } from './refusal.ts';
import { refusalOf } from './refusal.ts';
import { createSharedWork } from './shared-work.ts';
import { readTarget } from './target.ts';
import { carriesToken } from './token.ts';
import { readTopic, type Topic, usualLimits } from './topics.ts';

export interface RouteParts {
  readonly client: Client;
  /** the text that Prometheus reads */
  readonly metrics: () => Promise<string>;
  /** null while none could be written to the disk yet */
  readonly token: () => string | null;
}

/** Answers a request that comes from this box. Never throws. */
export type Responder = (request: IncomingMessage) => Promise<Answer>;

const topicPaths: Readonly<Record<string, Topic>> = {
  '/api/inventory': 'inventory',
  '/api/freshness': 'freshness',
  '/api/stats': 'stats',
  '/api/status': 'status',
};
const readingPaths = [...Object.keys(topicPaths), '/api/sales', '/api/alerts', '/health', '/metrics', '/ws'];
const acknowledgePath = /^\/api\/alerts\/([^/]*)\/acknowledge$/;

export function createResponder(parts: RouteParts): Responder {
  const { client } = parts;
  const shared = createSharedWork<Answer>();

  return async (request) => {
    const { method = '' } = request;
    const { path, query } = readTarget(request.url);
    try {
      const [, alert] = acknowledgePath.exec(path) ?? [];
      if (alert !== undefined) {
        if (method !== 'POST') return refusalAnswer(wrongMethod(path, 'POST'));
        return await acknowledge(parts, request.headers.authorization, alert);
      }
      if (!readingPaths.includes(path)) return refusalAnswer(nothingThere(path));
      if (method !== 'GET' && method !== 'HEAD') return refusalAnswer(wrongMethod(path, 'GET, HEAD'));
      return await read(path, query, request.headers.accept);
    } catch (error) {
      return refusalAnswer(refusalOf(error));
    }
  };

  async function read(path: string, query: URLSearchParams, accept: string | undefined): Promise<Answer> {
    const topic = topicPaths[path];
    if (topic !== undefined)
      return shared.share(path, async () => jsonAnswer(await readTopic(client, topic)));
    if (path === '/ws') return refusalAnswer(noHandshake);
    if (path === '/health')
      return shared.share(path, async () => healthAnswer(await client.call('health.get', {})));
    if (path === '/metrics') {
      if (!takesPlainText(accept)) return refusalAnswer(noSuchType);
      return shared.share(path, async () => metricsAnswer(await parts.metrics()));
    }
    const name = path === '/api/sales' ? 'sales' : 'alerts';
    const asked = readLimit(query, usualLimits[name]);
    if ('refusal' in asked) return refusalAnswer(asked.refusal);
    const { limit } = asked;
    return shared.share(`${path} ${limit}`, async () =>
      jsonAnswer(await client.call(`inventory.${name}`, { limit })),
    );
  }
}

async function acknowledge(
  { client, token }: RouteParts,
  authorization: string | undefined,
  alert: string,
): Promise<Answer> {
  const expected = token();
  if (expected === null) return refusalAnswer(noTokenYet);
  if (!carriesToken(authorization, expected)) return refusalAnswer(unauthorized(authorization !== undefined));
  if (!/^[1-9]\d{0,14}$/.test(alert)) {
    const message = 'The alert is named by its id, a whole number from 1 on. Nothing was changed.';
    return refusalAnswer({ status: 400, code: 'invalid_input', place: 'path', message });
  }
  return jsonAnswer(await client.call('inventory.acknowledge', { id: Number(alert) }));
}

/** 200 unless something is critical, which a monitor is to notice without reading. */
function healthAnswer({ level, checks }: HealthReport): Answer {
  const worse = checks.filter((check) => check.level === 'warning' || check.level === 'critical');
  const told = Object.fromEntries(worse.map((check) => [check.name, check.level]));
  return jsonAnswer({ level, checks: told }, level === 'critical' ? 503 : 200);
}

function metricsAnswer(text: string): Answer {
  return { status: 200, type: metricsType, body: Buffer.from(text) };
}

function takesPlainText(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((one) => {
    const [type = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    return (
      ['*/*', 'text/*', 'text/plain'].includes(type) && !parameters.some((part) => /^q=0(\.0*)?$/.test(part))
    );
  });
}

const noSuchType: Refusal = {
  status: 406,
  code: 'invalid_input',
  place: 'header Accept',
  message: `Metrics are told as ${metricsType} only.`,
};

const noHandshake: Refusal = {
  status: 426,
  code: 'invalid_input',
  place: 'header Upgrade',
  message: 'Here changes are told over a WebSocket; connect with a client of that protocol.',
  headers: { Upgrade: 'websocket', Connection: 'Upgrade, close' },
};

const noTokenYet: Refusal = {
  status: 503,
  code: 'storage',
  place: null,
  message:
    'The token that allows changes could not be written to the disk yet. Nothing was changed; try again.',
  headers: { 'Retry-After': '1' },
};

function unauthorized(given: boolean): Refusal {
  const what = given ? 'This is not the token of this engine' : 'Changes need the token of this engine';
  return {
    status: 401,
    code: 'unauthorized',
    place: 'header Authorization',
    message: `${what}. Nothing was changed; send "Authorization: Bearer TOKEN" with what the file api-token of the data directory holds.`,
    headers: { 'WWW-Authenticate': `Bearer realm="backhaul"${given ? ', error="invalid_token"' : ''}` },
  };
}

function wrongMethod(path: string, allowed: string): Refusal {
  const message = `${path} takes ${allowed.replaceAll(', ', ' and ')} only. Nothing was changed.`;
  return { status: 405, code: 'invalid_input', place: 'method', message, headers: { Allow: allowed } };
}

function nothingThere(path: string): Refusal {
  const shown = JSON.stringify(path.length > 100 ? `${path.slice(0, 100)}…` : path);
  const message = `There is nothing at ${shown}. Paths: ${readingPaths.join(', ')}.`;
  return { status: 404, code: 'not_found', place: 'path', message };
}
