import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import type { Api } from '@shopify/ui-extensions/admin.product-index.selection-action.render';
import { SyncAction } from './sync-action.tsx';

declare const shopify: Api;

/** Shopify calls this from the list of products, for those that are ticked. */
export default function extension(): void {
  const ids = shopify.data.selected.map(({ id }) => id);
  render(<SyncAction kind="products" i18n={shopify.i18n} ids={ids} request={fetch} close={shopify.close} />, document.body);
}
