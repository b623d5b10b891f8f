import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import type { Api } from '@shopify/ui-extensions/admin.product-details.block.render';
import { ProductBlock } from './product-block.tsx';

declare const shopify: Api;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Shopify calls this on a product's page. */
export default function extension(): void {
  const productId = shopify.data.selected[0]?.id ?? '';
  render(<ProductBlock i18n={shopify.i18n} productId={productId} request={fetch} pause={pause} />, document.body);
}
