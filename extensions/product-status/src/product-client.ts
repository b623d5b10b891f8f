import { askApp } from '../../shared/src/ask-app.ts';
import type { Client } from '../../shared/src/use-answer.ts';
import { isProductAnswer, type ProductAnswer } from './product-answer.ts';

/** Asks the app about one product; `sync` hands it over once more. Everything that goes wrong is an AppFailure. */
export function productClient(
  request: typeof fetch,
  { productId, language }: { productId: string; language: string },
): Client<ProductAnswer> {
  const url = `/api/extension/product?${new URLSearchParams({ id: productId, locale: language }).toString()}`;
  const ask = (method: 'GET' | 'POST') => askApp(request, { url, method, isAnswer: isProductAnswer });
  return { read: () => ask('GET'), sync: () => ask('POST') };
}
