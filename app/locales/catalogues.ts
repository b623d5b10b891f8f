import type { Resource } from 'i18next';

/** Languages with a complete catalogue. The first is what everything else falls back to. */
export const locales = ['en', 'de'] as const;
export type Locale = (typeof locales)[number];

/** One language: our own messages and those of Polaris' components. */
export interface Catalogue {
  app: Resource[string];
  polaris: Record<string, unknown>;
}

/** The closest language we have: `de-AT` is `de`, an unknown one English. */
export function localeOf(tag: string | null | undefined): Locale {
  const language = tag?.split(/[-_,;]/)[0]?.toLowerCase();
  return locales.find((locale) => locale === language) ?? 'en';
}

/** Fetched apart from the page's code, so that a browser loads one language only. */
export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  switch (locale) {
    case 'de': {
      const [app, polaris] = await Promise.all([import('./de.json'), import('@shopify/polaris/locales/de.json')]);
      return { app: app.default, polaris: polaris.default };
    }
    case 'en': {
      const [app, polaris] = await Promise.all([import('./en.json'), import('@shopify/polaris/locales/en.json')]);
      return { app: app.default, polaris: polaris.default };
    }
  }
}
