import { isOrderAnswer, type OrderAnswer } from './order-answer.ts';

/** Why the app didn't do what was asked, as the first half of a message's key. */
export const failureKinds = [
  'unreachable',
  'timeout',
  'signedOut',
  'notInstalled',
  'notAllowed',
  'notAnOrder',
  'broken',
] as const;
export type FailureKind = (typeof failureKinds)[number];

export class OrderFailure extends Error {
  readonly kind: FailureKind;
  /** The app logged its own mistake under this number. */
  readonly reference: string;

  constructor(kind: FailureKind, reference = '') {
    super(kind);
    this.name = 'OrderFailure';
    this.kind = kind;
    this.reference = reference;
  }
}

export interface OrderClient {
  read: () => Promise<OrderAnswer>;
  /** Asks the app to take the order through its sync once more; answers where the order stands at that moment. */
  syncAgain: () => Promise<OrderAnswer>;
}

const TIMEOUT_MS = 15_000;

const kinds = new Map(
  Object.entries<FailureKind>({
    'app-not-installed': 'notInstalled',
    'role-too-low': 'notAllowed',
    'not-an-order': 'notAnOrder',
  }),
);

async function failureOf(response: Response): Promise<OrderFailure> {
  const body: unknown = await response.json().catch(() => null);
  const told = typeof body === 'object' && body !== null ? body : {};
  const reference = 'reference' in told && typeof told.reference === 'string' ? told.reference : String(response.status);
  const code = 'error' in told ? String(told.error) : '';
  return new OrderFailure(response.status === 401 ? 'signedOut' : (kinds.get(code) ?? 'broken'), reference);
}

/**
 * Asks the app about one order. Relative addresses lead to the app, and Shopify adds the ID token (shopify.dev: admin extensions, network
 * features). Everything that goes wrong is an OrderFailure.
 */
export function orderClient(request: typeof fetch, { orderId, language }: { orderId: string; language: string }): OrderClient {
  const url = `/api/extension/order?${new URLSearchParams({ id: orderId, locale: language }).toString()}`;
  const ask = async (method: 'GET' | 'POST'): Promise<OrderAnswer> => {
    let response: Response;
    try {
      response = await request(url, { method, headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      throw new OrderFailure(error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'unreachable');
    }
    if (!response.ok) throw await failureOf(response);
    const body: unknown = await response.json().catch(() => null);
    if (!isOrderAnswer(body)) throw new OrderFailure('broken', String(response.status));
    return body;
  };
  return { read: () => ask('GET'), syncAgain: () => ask('POST') };
}

/** Whatever was thrown, as something the block can say. */
export function asOrderFailure(thrown: unknown): OrderFailure {
  return thrown instanceof OrderFailure ? thrown : new OrderFailure('broken', thrown instanceof Error ? thrown.name : '');
}
