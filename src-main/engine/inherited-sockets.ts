import { closeSync, readdirSync, readlinkSync } from 'node:fs';

/** Standard input, output and error, and the channel to the parent. */
const ownDescriptors = 4;

/**
 * Closes the sockets that a parent has left open by chance. Chromium does not mark the ends of its channels for closing:
 * where one of its processes dies, the others would wait for it as long as we hold such an end. To be called before
 * this process opens any socket of its own.
 */
export function closeInheritedSockets(): number {
  if (process.platform !== 'linux') return 0;
  let closed = 0;
  for (const name of readdirSync('/proc/self/fd')) {
    const descriptor = Number(name);
    if (descriptor < ownDescriptors || !isSocket(name)) continue;
    closeSync(descriptor);
    closed += 1;
  }
  return closed;
}

function isSocket(descriptor: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:');
  } catch {
    return false; // the one that the folder itself was read by
  }
}
