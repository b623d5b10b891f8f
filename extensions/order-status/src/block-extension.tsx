import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import type { Api } from '@shopify/ui-extensions/admin.order-details.block.render';
import { OrderBlock } from './order-block.tsx';

declare const shopify: Api;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Shopify calls this on an order's page. */
export default function extension(): void {
  const orderId = shopify.data.selected[0]?.id ?? '';
  render(<OrderBlock i18n={shopify.i18n} orderId={orderId} request={fetch} pause={pause} />, document.body);
}
