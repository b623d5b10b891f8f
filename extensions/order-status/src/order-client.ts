import { askApp } from '../../shared/src/ask-app.ts';
import type { Client } from '../../shared/src/use-answer.ts';
import { isOrderAnswer, type OrderAnswer } from './order-answer.ts';

/** Asks the app about one order; `sync` takes it through its sync once more. Everything that goes wrong is an AppFailure. */
export function orderClient(
  request: typeof fetch,
  { orderId, language }: { orderId: string; language: string },
): Client<OrderAnswer> {
  const url = `/api/extension/order?${new URLSearchParams({ id: orderId, locale: language }).toString()}`;
  const ask = (method: 'GET' | 'POST') => askApp(request, { url, method, isAnswer: isOrderAnswer });
  return { read: () => ask('GET'), sync: () => ask('POST') };
}
