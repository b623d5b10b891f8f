/** What the admin adds to the address of a document; no part of the app's own. */
const launchParams = ['embedded', 'hmac', 'host', 'id_token', 'locale', 'session', 'shop', 'timestamp', 'appLoadId', 'protocol'];

/** The address's query with some values changed; null removes one. */
export function searchWith(search: string, changes: Record<string, string | null>): string {
  const params = new URLSearchParams(search);
  for (const name of launchParams) params.delete(name);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

/** A path of the app without what the admin added to its query. */
export function withoutLaunchParams(path: string): string {
  const [pathname = '', search = ''] = path.split('?');
  return pathname + searchWith(search, {});
}
