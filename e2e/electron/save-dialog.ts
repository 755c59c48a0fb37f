import type { OpenConsole } from './console.ts';

/** The system's dialog cannot be driven; what it answers is put in its place. Null: the person closed it. */
export async function answerSaveDialog(
  { app }: Pick<OpenConsole, 'app'>,
  path: string | null,
): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: filePath === null, filePath: filePath ?? '' });
  }, path);
}
