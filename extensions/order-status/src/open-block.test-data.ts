import { h } from 'preact';
import { i18nOf, openHost, pause, type AppAnswer, type Host as AnyHost, type Locale } from '../../shared/src/admin-host.ts';
import { OrderBlock } from './order-block.tsx';

export interface Host extends AnyHost {
  /** Shows another order in the same block. */
  moveTo: (orderId: string) => void;
}

/** Draws the block for an order in a language, before the first answer has come. */
export function openBlock(
  answers: AppAnswer[],
  { locale = 'en', orderId = 'gid://shopify/Order/5001' }: { locale?: Locale; orderId?: string } = {},
): Host {
  const host = openHost(answers);
  const i18n = i18nOf('order-status', locale);
  const moveTo = (id: string): void => host.draw(h(OrderBlock, { i18n, orderId: id, request: host.request, pause }));
  moveTo(orderId);
  return { ...host, moveTo };
}
