import { randomInt } from 'node:crypto';
import { it } from 'vitest';
import type { BatteryRig, FaultSwitch } from './battery-rig.ts';
import { batteryOrder } from './battery-samples.ts';
import type { ConnectorDefinition } from './connector.ts';
import type { SalesOrder } from './orders.ts';

type DefineTest = (title: string, test: () => Promise<void>) => void;

/** What the suites of the battery share. */
export interface Bench {
  rig: BatteryRig;
  definition: ConnectorDefinition;
  nextReference(): string;
  /** An order of these units under a new reference. */
  order(units: Record<string, number>, reference?: string): SalesOrder;
  /** Lets the other side's changes become visible. */
  settle(): Promise<void>;
  faults(): FaultSwitch;
  /** A test that some connectors are excused from; the excuse stands in its title. */
  when(applies: boolean, excuse: string): DefineTest;
  /** A test of what only a network can do to us. */
  overNetwork: DefineTest;
}

export function makeBench(rig: BatteryRig, definition: ConnectorDefinition): Bench {
  let counter = randomInt(1000, 9000) * 1000;
  const nextReference = () => `#${(counter += 1)}`;
  const when = (applies: boolean, excuse: string): DefineTest => {
    if (applies) return (title, test) => it(title, test);
    return (title) => it.skip(`${title} (does not apply: ${excuse})`, () => undefined);
  };
  return {
    rig,
    definition,
    nextReference,
    order: (units, reference = nextReference()) => batteryOrder(rig, reference, units),
    settle: () => rig.side.settle?.() ?? Promise.resolve(),
    faults() {
      if (!rig.faults) throw new Error('The rig of a remote connector needs faults');
      return rig.faults;
    },
    when,
    overNetwork: when(definition.capabilities.remote, 'remote is false, nothing travels over a network'),
  };
}

/** Every page of a stream. */
export async function all<T>(pages: AsyncIterable<T> | undefined): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages ?? []) found.push(page);
  return found;
}
