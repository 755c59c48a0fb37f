import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol, type Session } from 'electron';

const scheme = 'backhaul';

/** The console's own origin; nothing else is ever loaded. */
export const appOrigin = `${scheme}://app`;

const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Must run before the application is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/**
 * Serves the files of one folder, and nothing beside it, with the content policy on each answer. Each file goes out in
 * one piece: with `protocol.handle` it would be a stream, and one in some hundred of those never ends, which leaves the
 * page without one of its scripts.
 */
export function serveAppScheme(session: Session, folder: string): void {
  const registered = session.protocol.registerBufferProtocol(scheme, (request, answer) => {
    void readAppFile(folder, request.url).then(
      ({ type, body }) => answer({ statusCode: 200, headers: headers(type), data: body }),
      () => answer({ statusCode: 404, headers: headers('text/plain'), data: Buffer.from('not found') }),
    );
  });
  if (!registered) throw new Error(`The scheme ${scheme} could not be registered.`);
}

async function readAppFile(folder: string, address: string): Promise<{ type: string; body: Buffer }> {
  const url = new URL(address);
  const path = normalize(
    join(folder, url.pathname === '/' ? 'index.html' : decodeURIComponent(url.pathname)),
  );
  const type = contentTypes[extname(path)];
  if (url.host !== 'app' || !path.startsWith(folder + sep) || !type) throw new Error('not found');
  return { type, body: await readFile(path) };
}

function headers(type: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': contentPolicy,
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-cache',
  };
}
