import { gid, idOf } from '../core/gid.ts';
import { onlyKnown } from '../core/not-implemented.ts';
import { ref } from '../core/refs.ts';
import { withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { cancelObstacle } from '../domain/cancel-order.ts';
import { orderById } from '../domain/payments.ts';
import { defineMutation } from './mutation.ts';

/** orderCancel and the job it starts. */
export function orderCancelFields(registry: Registry): void {
  registry.type<unknown>('QueryRoot', {
    job: withArgs(['id'], (_source, args, ctx) => {
      const found = ctx.world.state.get<{ id: string; done: number }>(
        'SELECT * FROM jobs WHERE id = ? AND shop_id = ?',
        /([0-9a-f-]{36})$/.exec(String(args.id))?.[1] ?? '',
        ctx.shop.id,
      );
      return found ? { id: gid('Job', found.id), done: found.done === 1 } : null;
    }),
  });
  registry.type<{ jobId: string; orderId: number }>('OrderCancelPayload', {
    job: (source, _args, ctx) => {
      if (!source.jobId) return null;
      const found = ctx.world.state.get<{ done: number }>('SELECT done FROM jobs WHERE id = ?', source.jobId);
      return { id: gid('Job', source.jobId), done: found?.done === 1 };
    },
    jobResult: (source, _args, ctx) => {
      if (!source.jobId) return null;
      const found = ctx.world.state.get<{ done: number; result: string | null }>(
        'SELECT done, result FROM jobs WHERE id = ?',
        source.jobId,
      );
      const errors = found?.result ? ((JSON.parse(found.result) as { errors?: unknown[] } | null)?.errors ?? []) : [];
      const done = found?.done === 1;
      return {
        id: gid('OrderCancelJobResult', source.jobId),
        done,
        status: done ? (errors.length > 0 ? 'FAILED' : 'SUCCEEDED') : 'STARTED',
        errors,
        order: ref('Order', source.orderId),
      };
    },
  });
  defineMutation(
    registry,
    'orderCancel',
    ['orderId', 'reason', 'restock', 'notifyCustomer', 'refundMethod', 'staffNote'],
    (change, args, ctx) => {
      const order = orderById(change, idOf('Order', args.orderId), ['orderId'], 'NOT_FOUND');
      const obstacle = cancelObstacle(change, order);
      if (obstacle) throw new Refused(obstacle, { field: ['orderId'], code: 'INVALID' });
      const method = args.refundMethod as
        { originalPaymentMethodsRefund?: boolean; storeCreditRefund?: unknown } | null | undefined;
      if (method) onlyKnown(method, ['originalPaymentMethodsRefund'], 'OrderCancelRefundMethodInput');
      const jobId = ctx.world.after(change.shop, ctx.world.timings.job, 'cancel-order', {
        orderId: order.id,
        reason: args.reason,
        restock: args.restock === true,
        refund: method?.originalPaymentMethodsRefund === true,
        staffNote: (args.staffNote as string | null | undefined) ?? null,
      });
      return { jobId, orderId: order.id };
    },
  );
}
