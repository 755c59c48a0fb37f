/** What a request asks for. */
export interface Target {
  /** the host, with its port, that the first line names; null where it names none, as nearly every client does */
  readonly host: string | null;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Reads the first line's target in its origin form, `/path?query`, or its absolute form (RFC 9112, 3.2). */
export function readTarget(url: string | undefined): Target {
  const [, scheme, authority = '', rest = ''] =
    /^([a-z][a-z\d+.-]*):\/\/([^/?#]*)([^#]*)/i.exec(url ?? '') ?? [];
  if (scheme === undefined) return { host: null, ...split(url ?? '') };
  // Another protocol is asked of another server.
  const host = scheme.toLowerCase() === 'http' ? authority : `${scheme}://${authority}`;
  return { host, ...split(rest.startsWith('/') ? rest : `/${rest}`) };
}

function split(text: string): Pick<Target, 'path' | 'query'> {
  const at = text.indexOf('?');
  if (at < 0) return { path: text, query: new URLSearchParams() };
  return { path: text.slice(0, at), query: new URLSearchParams(text.slice(at + 1)) };
}
