import { existsSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

/**
 * Every process and worker of the main side has an entry of its own: the desktop starts `engine` as its
 * child, the engine starts `supervisor` and its workers. All lie flat in out/main.
 */
const mainEntries: Readonly<Record<string, string>> = {
  index: 'src-main/index.ts',
  engine: 'src-main/engine/main.ts',
  supervisor: 'src-main/engine/local-cloud/supervisor.ts',
  'reader-worker': 'src-main/engine/storage/reader-worker.ts',
  'vacuum-worker': 'src-main/engine/storage/vacuum-worker.ts',
  'backup-worker': 'src-main/engine/storage/backup/backup-worker.ts',
  'salvage-worker': 'src-main/engine/storage/salvage/salvage-worker.ts',
};

function present(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries)
      .map(([name, path]) => [name, join(root, path)] as const)
      .filter(([, path]) => existsSync(path)),
  );
}

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node20',
      minify: false,
      sourcemap: true,
      externalizeDeps: true,
      rollupOptions: {
        input: present(mainEntries),
        external: ['electron'],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { index: join(root, 'src-preload/index.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: join(root, 'src-renderer'),
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      assetsInlineLimit: 0,
      minify: true,
      target: 'chrome130',
      rollupOptions: { input: { index: join(root, 'src-renderer/index.html') } },
    },
  },
});
