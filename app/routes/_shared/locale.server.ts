import { localeOf, type Locale } from '../../locales/catalogues.ts';

/** The admin tells its language in the address of the first document; App Bridge sends it as a header with everything after that. */
export function localeOfRequest(request: Request): Locale {
  return localeOf(new URL(request.url).searchParams.get('locale') ?? request.headers.get('accept-language'));
}
