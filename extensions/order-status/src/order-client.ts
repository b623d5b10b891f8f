import { askApp } from '../../shared/src/ask-app.ts';
import { isOrderAnswer, type OrderAnswer } from './order-answer.ts';

export interface OrderClient {
  read: () => Promise<OrderAnswer>;
  /** Asks the app to take the order through its sync once more; answers where the order stands at that moment. */
  syncAgain: () => Promise<OrderAnswer>;
}

/** Asks the app about one order. Everything that goes wrong is an AppFailure. */
export function orderClient(request: typeof fetch, { orderId, language }: { orderId: string; language: string }): OrderClient {
  const url = `/api/extension/order?${new URLSearchParams({ id: orderId, locale: language }).toString()}`;
  const ask = (method: 'GET' | 'POST') => askApp(request, { url, method, isAnswer: isOrderAnswer });
  return { read: () => ask('GET'), syncAgain: () => ask('POST') };
}
