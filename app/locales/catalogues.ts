import type { Resource } from 'i18next';

/** Languages with a complete catalogue. The first is what everything else falls back to. */
export const locales = ['en', 'de'] as const;
export type Locale = (typeof locales)[number];

/** One language: our own messages and those of Polaris' components. */
export interface Catalogue {
  /** What the home and the frame around every page say. */
  app: Resource[string];
  /** What only further pages say; null where the home was opened first and nothing else has been. */
  further: Resource[string] | null;
  polaris: Record<string, unknown>;
}

/** The closest language we have: `de-AT` is `de`, an unknown one English. */
export function localeOf(tag: string | null | undefined): Locale {
  const language = tag?.split(/[-_,;]/)[0]?.toLowerCase();
  return locales.find((locale) => locale === language) ?? 'en';
}

/** Fetched apart from the page's code, so that a browser loads one language only. */
export async function loadFurther(locale: Locale): Promise<Resource[string]> {
  switch (locale) {
    case 'de':
      return (await import('./de.further.json')).default;
    case 'en':
      return (await import('./en.further.json')).default;
  }
}

async function loadFirst(locale: Locale): Promise<Omit<Catalogue, 'further'>> {
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

export async function loadCatalogue(locale: Locale, { withFurther = true } = {}): Promise<Catalogue> {
  const [first, further] = await Promise.all([loadFirst(locale), withFurther ? loadFurther(locale) : null]);
  return { ...first, further };
}
