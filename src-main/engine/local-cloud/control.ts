import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Holders } from './holders.ts';
import { sendJson } from './send-json.ts';
import type { SupervisorState } from './supervisor-state.ts';

export interface ControlPlan {
  readonly holders: Holders;
  readonly state: () => SupervisorState;
  readonly detach: () => Promise<void>;
  readonly stop: () => void;
}

/** What other processes of this data directory may say to the supervisor: state, stop, detach, lease. */
export function createControl(plan: ControlPlan) {
  return (word: string, incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (incoming.method !== 'POST') {
      sendJson(outgoing, 405, { message: 'POST only' });
    } else if (word === 'state') {
      sendJson(outgoing, 200, { ...plan.state(), holders: plan.holders.count() });
    } else if (word === 'stop') {
      plan.stop();
      sendJson(outgoing, 202, {});
    } else if (plan.state().phase !== 'ready') {
      sendJson(outgoing, 503, { message: plan.state().phase });
    } else if (word === 'detach') {
      plan.detach().then(
        () => sendJson(outgoing, 200, {}),
        () => sendJson(outgoing, 500, { message: 'The state could not be written' }),
      );
    } else if (word === 'lease') {
      lend(plan.holders, outgoing);
    } else {
      sendJson(outgoing, 404, { message: 'Unknown' });
    }
  };
}

/** An answer that does not end: its connection is the lease, and the kernel closes it for the dead. */
function lend(holders: Holders, outgoing: ServerResponse): void {
  outgoing.once('close', holders.add());
  outgoing.writeHead(200, { 'content-type': 'text/plain' });
  outgoing.flushHeaders();
}
