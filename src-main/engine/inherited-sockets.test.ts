import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test.runIf(process.platform === 'linux')(
  'a process that was given sockets it knows nothing of closes them, and keeps its own channel',
  async () => {
    const server = createServer().listen(0);
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
    const module = join(import.meta.dirname, 'inherited-sockets.ts');
    const script = `import { closeInheritedSockets } from '${module}'; process.send(closeInheritedSockets()); process.send('still there');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc', fd, fd],
    });
    const heard: unknown[] = [];
    child.on('message', (message) => heard.push(message));
    await new Promise((resolve) => child.once('exit', resolve));
    server.close();
    expect(heard).toEqual([2, 'still there']);
  },
);
