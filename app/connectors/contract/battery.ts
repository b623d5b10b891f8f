import { afterAll, describe } from 'vitest';
import { makeBench } from './battery-bench.ts';
import { describeConnecting } from './battery-connecting.ts';
import { describeGoods } from './battery-goods.ts';
import { describeOrders } from './battery-orders.ts';
import type { BatteryInput } from './battery-rig.ts';

export * from './battery-context.ts';
export type * from './battery-rig.ts';

/**
 * Every code path of the ports that the engine relies on, the same for each connector. Call it at the top of the connector's test. What a
 * declared capability excuses a connector from is skipped by name, with the excuse in the title.
 */
export function describeConnector({ name, definition, open }: BatteryInput): void {
  describe(`connector battery: ${name}`, async () => {
    const rig = await open();
    afterAll(() => rig.close());
    const bench = makeBench(rig, definition);
    describeConnecting(bench);
    describeOrders(bench);
    describeGoods(bench);
  });
}
