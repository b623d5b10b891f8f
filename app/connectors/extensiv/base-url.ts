/** Where the API of an address without a path lies. Source: extensiv.md §2.1. */
const apiPath = '/v1';

/** Address of the API without a slash at its end; one without a path gets IM's own. */
export function baseUrlOf({ baseUrl }: { baseUrl: string }): string {
  const url = new URL(baseUrl);
  return `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '') || apiPath}`;
}
