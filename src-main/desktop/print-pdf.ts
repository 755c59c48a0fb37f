import { BrowserWindow, type Session, session } from 'electron';

const origin = 'backhaul://print';
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const printMs = 30_000;
const pages = new Map<string, string>();
let printing: Session | null = null;
let count = 0;

/**
 * Prints a page to PDF, out of sight: a window of its own with a session of its own, sandboxed, without scripts,
 * preload or network. The system's fonts have every script's letters.
 */
export async function printPdf(html: string): Promise<Buffer> {
  count += 1;
  const address = `${origin}/${count}`;
  pages.set(address, html);
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: printSession(),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      images: false,
      webviewTag: false,
    },
  });
  const giveUp = setTimeout(() => window.destroy(), printMs);
  try {
    await window.loadURL(address);
    return await window.webContents.printToPDF({
      pageSize: 'A4',
      margins: { top: 0.6, bottom: 0.7, left: 0.6, right: 0.6 },
      printBackground: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate:
        '<div style="width:100%;font-size:8px;text-align:center;color:#5f5b54"><span class="pageNumber"></span> / <span class="totalPages"></span></div>',
    });
  } finally {
    clearTimeout(giveUp);
    pages.delete(address);
    if (!window.isDestroyed()) window.destroy();
  }
}

/** Nothing of it is written to disk, and it reaches nothing but the pages that are printed. */
function printSession(): Session {
  if (printing !== null) return printing;
  printing = session.fromPartition('print', { cache: false });
  printing.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  printing.setPermissionCheckHandler(() => false);
  printing.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !pages.has(url) }));
  printing.protocol.handle('backhaul', ({ url }) => {
    const html = pages.get(url);
    if (html === undefined) return new Response('not found', { status: 404 });
    return new Response(html, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
      },
    });
  });
  return printing;
}
