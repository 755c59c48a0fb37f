import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.ts';
import { readTarget } from './target.ts';

/** Names under which this box reaches itself. */
const ownNames = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Refuses what did not come from a program of this box: another name in Host (a web page whose name was made to lead
 * here), and any page of a browser that is not ours. Null lets it pass.
 */
export function refuseStranger(request: IncomingMessage, port: number): Refusal | null {
  const hosts = request.headersDistinct.host ?? [];
  const [named = ''] = hosts;
  // Which of several is meant nobody knows (RFC 9112, 3.2).
  if (hosts.length !== 1)
    return {
      status: 400,
      code: 'invalid_input',
      place: 'header Host',
      message: `A request names one host; this one names ${hosts.length}.`,
    };
  const own = ownNames.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  const isOwnHost = (host: string): boolean => own.includes(host.toLowerCase());
  const { host: asked } = readTarget(request.url);
  if (!isOwnHost(named) || (asked !== null && !isOwnHost(asked))) {
    return {
      status: 421,
      code: 'misdirected_request',
      place: isOwnHost(named) ? 'target' : 'header Host',
      message: `This is answered on this box only, under ${own[0]} or ${own[1]}.`,
    };
  }
  const origins = request.headersDistinct.origin ?? [];
  const isOwn = (origin: string): boolean => own.some((name) => origin === `http://${name}`);
  // What a page asks for without reading it, a picture say, carries no Origin, but where it comes from.
  const sites = request.headersDistinct['sec-fetch-site'] ?? [];
  const isForeign = sites.some((site) => site !== 'none' && site !== 'same-origin');
  if (isForeign || origins.length > 1 || !origins.every(isOwn)) {
    return {
      status: 403,
      code: 'forbidden',
      place: 'header Origin',
      message: 'Pages of a web browser are not answered; ask from a program of this box.',
    };
  }
  return null;
}
