import type { LiveCapture } from '../../../src-main/contract/live-shapes.ts';
import type { Status } from '../../../src-main/contract/status-shapes.ts';

/** What has been heard of the detector since this step was opened. */
export type DetectorSign =
  | { readonly kind: 'waiting' }
  /** it holds a connection and has sent nothing */
  | { readonly kind: 'connected' }
  /** lines come and none is taken */
  | { readonly kind: 'refused' }
  | { readonly kind: 'arrived' };

/** What was known when the step was opened; counts from then on tell what is new. */
export interface SignsBefore {
  readonly records: number;
  readonly refused: number;
}

export function signsOf(status: Status | null): SignsBefore {
  const records =
    status?.streams.reduce((sum, one) => sum + one.pending + one.synced + one.quarantined, 0) ?? 0;
  return { records, refused: status?.capture.refused ?? 0 };
}

/** A producer may send one line and be gone before anyone looks: what it left is counted too. */
export function detectorSign(
  live: LiveCapture | null,
  status: Status | null,
  before: SignsBefore,
): DetectorSign {
  const now = signsOf(status);
  const connections = live?.connections ?? [];
  if (
    now.records > before.records ||
    connections.some(({ committed, duplicates }) => committed + duplicates > 0)
  )
    return { kind: 'arrived' };
  const refused = Math.max(now.refused, live?.capture.refused ?? 0) > before.refused;
  if (refused || connections.some((one) => one.refused > 0)) return { kind: 'refused' };
  return { kind: connections.length > 0 ? 'connected' : 'waiting' };
}

/** Ten lines that a developer can run at once: they make the store known and read the answer. */
export function exampleProducer(socket: string, locationId: string): string {
  return `import json, socket

bridge = socket.socket(socket.AF_UNIX)
bridge.connect(${JSON.stringify(socket)})
lines = bridge.makefile("rw", encoding="utf-8")
lines.write(json.dumps({"type": "location", "seq": 1, "location_id": ${JSON.stringify(locationId)}}) + "\\n")
lines.flush()
print(lines.readline())  # {"type":"ack","seq":1}
`;
}
