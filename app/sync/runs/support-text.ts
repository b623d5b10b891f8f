import type { Write } from '@prisma/client';
import type { Exchange } from '../../core/exchanges.ts';
import { maskText, maskValue } from '../../core/mask.ts';
import { inShop } from '../../db/scope.ts';

const MANY = 20;
const json = (value: unknown) => JSON.stringify(maskValue(value));

/** Writes that were not taken: what each was about, and the calls in which it failed. */
export function supportLinesOf(
  writes: readonly Pick<Write, 'id' | 'runId' | 'target' | 'kind' | 'state' | 'after' | 'answer' | 'trace'>[],
): string[] {
  return writes.flatMap(({ id, runId, target, kind, state, after, answer, trace }) => [
    `write ${id} run ${runId ?? '-'} ${target} ${kind} ${state}: sent ${json(after)} answer ${json(answer)}`,
    ...((trace ?? []) as unknown as Exchange[]).map(
      (one) =>
        `  ${one.party} ${one.call} status ${one.status ?? 'none'} request id ${one.requestId || '-'}: request ${one.request} answer ${one.answer}`,
    ),
  ]);
}

/**
 * What support asks for about a run: its id, how it ended, the records that failed, and the writes that were not taken, each with what was sent
 * and what came back (ids of Shopify's and the vendor's requests stand in there). Nothing of it names a buyer.
 */
export async function supportText(shopId: number, runId: string): Promise<string> {
  const { run, failed, writes } = await inShop(shopId, async (tx) => ({
    run: await tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id: runId } } }),
    failed: await tx.planItem.findMany({
      where: { shopId, runId, outcome: { in: ['failed', 'waiting'] } },
      orderBy: { label: 'asc' },
      take: MANY,
    }),
    writes: await tx.write.findMany({
      where: { shopId, runId, state: { in: ['refused', 'unknown', 'sent'] } },
      orderBy: { createdAt: 'desc' },
      take: MANY,
    }),
  }));
  return [
    `run ${run.id}`,
    `${run.sync} ${run.task} by ${run.door}: ${run.state}`,
    `created ${run.createdAt.toISOString()} finished ${run.finishedAt?.toISOString() ?? '-'}`,
    `counts ${json(run.counts)}`,
    ...(run.reason ? [`reason ${json(run.reason)}`] : []),
    ...failed.map((line) => `record ${maskText(line.label)} ${line.itemKey} ${line.outcome}: ${json(line.reason)}`),
    ...supportLinesOf(writes),
  ].join('\n');
}
