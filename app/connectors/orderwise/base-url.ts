const instance = /^owapi(sb|test)?$/i;

/**
 * What people type: the name of a cloud instance (`acme`), a host, or any address below the API. Answered as the API's address without a slash
 * at its end; null where it can't be one. Without a path it is OWAPI; a path of the merchant's own is kept.
 */
export function normalBaseUrl(typed: string): string | null {
  const text = typed.trim();
  const name = /^[a-z0-9][a-z0-9-]*$/i.test(text) && text.toLowerCase() !== 'localhost';
  const address = name ? `https://${text}.orderwisecloud.com` : /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (/\s/.test(text) || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.username || url.password || !/[.:]|^localhost$/.test(url.host)) return null;
  const parts = url.pathname.split('/').filter(Boolean);
  const at = parts.findIndex((part) => instance.test(part));
  if (at >= 0) return [url.origin, ...parts.slice(0, at + 1)].join('/');
  const own = parts.at(-1)?.toLowerCase() === 'docs' ? parts.slice(0, -1) : parts;
  return [url.origin, ...(own.length > 0 ? own : ['OWAPI'])].join('/');
}
