import { counter, type Family, gauge } from './exposition.ts';

/** What the API itself does. */
export interface ApiFigures {
  /** answers by status of HTTP, since the start */
  readonly answered: ReadonlyMap<number, number>;
  readonly readers: number;
  readonly connections: number;
}

export function apiFamilies({ answered, readers, connections }: ApiFigures): readonly Family[] {
  const byCode = [...answered].map(([code, value]) => ({ labels: { code: String(code) }, value }));
  return [
    counter('backhaul_api_responses_total', 'Answers of this API by HTTP status.', byCode),
    gauge('backhaul_api_connections', 'Open connections to this API.', connections),
    gauge('backhaul_api_websockets', 'Of these, programs that listen over a WebSocket.', readers),
  ];
}
