import { askApp } from '../../shared/src/ask-app.ts';
import { isProductAnswer, type ProductAnswer } from './product-answer.ts';

export interface ProductClient {
  read: () => Promise<ProductAnswer>;
  /** Asks the app to hand the product over once more; answers where it stands at that moment. */
  syncNow: () => Promise<ProductAnswer>;
}

/** Asks the app about one product. Everything that goes wrong is an AppFailure. */
export function productClient(
  request: typeof fetch,
  { productId, language }: { productId: string; language: string },
): ProductClient {
  const url = `/api/extension/product?${new URLSearchParams({ id: productId, locale: language }).toString()}`;
  const ask = (method: 'GET' | 'POST') => askApp(request, { url, method, isAnswer: isProductAnswer });
  return { read: () => ask('GET'), syncNow: () => ask('POST') };
}
