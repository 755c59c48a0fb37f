import type { Refusal } from './refusal.ts';

type Words = Pick<Refusal, 'status' | 'code' | 'place' | 'message'>;

const tooLarge: Words = {
  status: 431,
  code: 'headers_too_large',
  place: 'headers',
  message: 'The headers are larger than 8 KB. Nothing was read or changed; send fewer or shorter ones.',
};

/** By the codes of Node's parser. */
const known: Readonly<Record<string, Words>> = {
  HPE_HEADER_OVERFLOW: tooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: tooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request_timeout',
    place: null,
    message: 'The request did not arrive as a whole in time. Nothing was read or changed; send it again.',
  },
};

/** Why what came over a connection is no request that can be read; `code` is that of the parser. */
export function refuseFraming({ code = '' }: NodeJS.ErrnoException): Refusal {
  return (
    known[code] ?? {
      status: 400,
      code: 'invalid_input',
      place: 'request',
      message: 'What was sent is no request of HTTP/1.1. Nothing was read or changed; mend the request.',
    }
  );
}

/** A request for a WebSocket that breaks the rules of its protocol (RFC 6455, 4.2). */
export function refuseHandshake(error: Error): Refusal {
  return {
    status: 400,
    code: 'invalid_input',
    place: 'handshake',
    message: `This is no handshake of a WebSocket: ${error.message}. Connect with a client of that protocol, version 13.`,
    headers: { 'Sec-WebSocket-Version': '13, 8' },
  };
}

/** CONNECT asks for a way to another server. */
export const noTunnel: Refusal = {
  status: 405,
  code: 'invalid_input',
  place: 'method',
  message: 'This is no proxy. Nothing was connected; ask for a path with GET.',
  headers: { Allow: 'GET, HEAD' },
};

export const noExpectation: Refusal = {
  status: 417,
  code: 'invalid_input',
  place: 'header Expect',
  message:
    'Nothing but 100-continue can be expected here. Nothing was read or changed; leave that header out.',
};
