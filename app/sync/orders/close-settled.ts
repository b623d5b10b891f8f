import type { Tx } from '../../db/scope.ts';
import { closeProblems } from '../problems/problems.ts';
import { holdsThatNeedSomebody } from './decide-order.ts';
import { LEFT_ELSEWHERE } from './left-elsewhere.ts';
import { ADDRESS_UNKNOWN_THERE, OTHER_TOTAL } from './push-part.ts';
import { isOver, type ShopifyOrder } from './shopify-order.ts';

/** What the back office did to an order that Shopify still waits for. */
const untilOver = [
  'cancelled-in-back-office',
  'order-in-trouble',
  'cancel-refused-by-shopify',
  OTHER_TOTAL,
  ADDRESS_UNKNOWN_THERE,
];
const untilRefunded = ['refunded-in-back-office'];
const untilUnmarked = ['write-back-failed'];

/** Problems that handing over can't judge: they close where their own cause is looked at. */
export const settledElsewhere = [
  'amend-too-late',
  'cancel-too-late',
  LEFT_ELSEWHERE,
  ...untilOver,
  ...untilRefunded,
  ...untilUnmarked,
];

/** A connection that has all parts of an order as they should be. */
export interface Settled {
  connectionId: string;
  /** How we know. */
  evidence: string;
  /** It marks orders in Shopify. */
  marks: boolean;
}

const nothingToLeave = ({ cancelledAt, fulfilmentOrders }: ShopifyOrder): boolean =>
  cancelledAt !== null || fulfilmentOrders.every((one) => isOver(one) || one.lines.every(({ remaining }) => remaining === 0));

/**
 * Closes what is open on an order at a connection whose parts all are as they should be: also where this pass had nothing to do for it, as the one that did it
 * may have died before it could say so.
 */
export async function closeSettled(
  tx: Tx,
  shopId: number,
  order: ShopifyOrder,
  { connectionId, evidence, marks }: Settled,
): Promise<void> {
  const cancelled = order.cancelledAt !== null;
  const ended = [
    ...(nothingToLeave(order) ? untilOver : []),
    ...(cancelled || order.financialStatus === 'REFUNDED' ? untilRefunded : []),
    ...(cancelled || !marks ? untilUnmarked : []),
  ];
  await closeProblems(tx, shopId, {
    subject: { kind: 'order', id: order.id },
    connectionId,
    sync: 'orders',
    except: [...holdsThatNeedSomebody, ...settledElsewhere.filter((cause) => !ended.includes(cause))],
    evidence,
  });
}
