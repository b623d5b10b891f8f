import { APP_NAME } from '../config.js';
import { h } from '../dom.js';
import { card, emptyState, pageHeader } from '../parts.js';

/**
 * What a merchant sees before an app has access. Installing grants the scopes of the app's configuration, as Shopify's managed install does.
 * @type {import('../pages.js').Page}
 */
export const install = {
  part: 'orders',
  title: () => `Install ${APP_NAME}`,
  view: ({ shop, api, act }) => [
    pageHeader({ title: APP_NAME }),
    card(
      null,
      {},
      emptyState(
        `${APP_NAME} is not installed on ${shop.name}`,
        'Installing gives the app the access that its configuration asks for.',
        h(
          'button',
          {
            type: 'button',
            class: 'button primary',
            onclick: async () => {
              // The page starts anew with the app in it.
              if (await act(`${APP_NAME} is installed.`, () => api.install())) location.reload();
            },
          },
          `Install ${APP_NAME}`,
        ),
      ),
    ),
  ],
};
