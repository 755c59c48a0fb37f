/** What somebody has copied from the browser: the page about a project in place of the project's own address. */
export type DashboardAddress =
  | { readonly kind: 'project'; readonly url: string }
  /** a page of Supabase that names no project */
  | { readonly kind: 'page' };

/** Told apart by the host; null for any other address, good or bad. */
export function dashboardAddress(text: string): DashboardAddress | null {
  const path = /^https?:\/\/(?:www\.|app\.)?supabase\.(?:com|io)(?![\w.:-])(.*)$/iu.exec(text.trim())?.[1];
  if (path === undefined) return null;
  const reference = /^(?:\/dashboard)?\/project\/([a-z0-9]{8,64})(?![\w-])/u.exec(path)?.[1];
  return reference === undefined
    ? { kind: 'page' }
    : { kind: 'project', url: `https://${reference}.supabase.co` };
}
