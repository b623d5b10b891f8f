import { readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Hono } from 'hono';
import type { Clock } from './kit/clock.ts';
import type { CallLog } from './kit/call-log.ts';
import type { Faults } from './kit/faults.ts';
import { openState } from './kit/state.ts';

/** What a vendor's stand-in is given; it sees nothing of the product. */
export interface StandInContext {
  state: ReturnType<typeof openState>;
  clock: Clock;
  calls: CallLog;
  faults: Faults;
  /** Where the stand-in itself is reached: `http://127.0.0.1:3100/stand-ins/<id>`. */
  publicUrl: string;
}

export interface StandIn {
  /** The vendor's API, mounted at publicUrl. */
  app: Hono;
  /** `/_sandbox/<id>/…`: ledger, ship, stock, cancel, return. */
  control: Hono;
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

const connectors = path.resolve(import.meta.dirname, '../app/connectors');

/** Every connector folder that brings a stand-in, found on disk: a new connector needs no line here. */
export async function loadStandIns(
  dataFolder: string,
  base: string,
  shared: Omit<StandInContext, 'state' | 'publicUrl'>,
): Promise<Map<string, StandIn>> {
  const found = new Map<string, StandIn>();
  for (const entry of readdirSync(connectors, { withFileTypes: true })) {
    const file = path.join(connectors, entry.name, 'stand-in/index.ts');
    if (!entry.isDirectory() || !existsSync(file)) continue;
    const module = (await import(pathToFileURL(file).href)) as { createStandIn(context: StandInContext): StandIn };
    const state = openState(path.join(dataFolder, `${entry.name}.sqlite`));
    found.set(entry.name, module.createStandIn({ ...shared, state, publicUrl: `${base}/stand-ins/${entry.name}` }));
  }
  return found;
}
