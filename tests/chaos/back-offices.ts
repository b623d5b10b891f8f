import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Capabilities } from '../../app/connectors/contract/index.ts';
import { capabilities as orderwise, differing } from '../../app/connectors/orderwise/capabilities.ts';
import { backOfficeNamed } from '../../sandbox/set-up-shop.ts';

/** A back office as the suite plays with it: what it can't do isn't played, and the report says so. */
export interface BackOffice {
  /** As `--connector` names it: a connector, or one of its modes (`orderwise-classic`). */
  name: string;
  connector: string;
  mode: string | null;
  /** There is an API of its own to be called over a network. */
  hasApi: boolean;
  /** Nothing calls it: it calls us by a schedule of its own, each call known to the sandbox by its name. */
  callsUs: readonly string[];
  /** It takes an order whole, however many places it is sent from. */
  wholeOrders: boolean;
  /** Any change after the hand-over can be told; where one can't it has to be named, for good. */
  amends: boolean;
  /** Likewise a cancellation. */
  cancels: boolean;
  /** It tells what came back. */
  returns: boolean;
  /** Its ledger counts money in minor units. */
  minorUnits: boolean;
}

const connectorsFolder = path.resolve(import.meta.dirname, '../../app/connectors');

/** Stockroom has no stand-in: it is real, and can do everything. */
const stockroom: BackOffice = {
  ...{ name: 'stockroom', connector: 'stockroom', mode: null, hasApi: false, callsUs: [] },
  ...{ wholeOrders: false, amends: true, cancels: true, returns: true, minorUnits: true },
};

/** Ways to connect the same back office that differ in what they can do. */
const modes: Record<string, { capabilities: Capabilities; callsUs: readonly string[] }> = {
  'orderwise-classic': {
    capabilities: { ...orderwise, ...differing({ mode: 'classic' }) },
    callsUs: ['orderwise:import', 'orderwise:acknowledge', 'orderwise:stock', 'orderwise:despatch'],
  },
};

function asBackOffice(name: string, capabilities: Capabilities, callsUs: readonly string[] = []): BackOffice {
  return {
    ...{ name, ...backOfficeNamed(name), callsUs },
    hasApi: capabilities.remote,
    wholeOrders: capabilities.handOver === 'order',
    // One that fetches its orders has begun with them by then.
    amends: capabilities.amend && capabilities.amends === undefined && callsUs.length === 0,
    cancels: capabilities.cancel && callsUs.length === 0,
    returns: capabilities.returns,
    minorUnits: false,
  };
}

const isDefinition = (value: unknown): value is { capabilities: Capabilities } =>
  typeof value === 'object' && value !== null && 'capabilities' in value;

async function capabilitiesOf(connector: string): Promise<Capabilities> {
  const module = (await import(pathToFileURL(path.join(connectorsFolder, connector, 'index.ts')).href)) as Record<
    string,
    unknown
  >;
  const definition = Object.values(module).find(isDefinition);
  if (!definition) throw new Error(`${connector} declares no capabilities`);
  return definition.capabilities;
}

/** Stockroom, and every connector that is registered and brings a stand-in: a new one joins by itself, with what it declares. */
async function findBackOffices(): Promise<BackOffice[]> {
  const registered = readFileSync(path.join(connectorsFolder, 'registry.ts'), 'utf8');
  const connectors = readdirSync(connectorsFolder)
    .filter((id) => existsSync(path.join(connectorsFolder, id, 'stand-in/index.ts')) && registered.includes(`./${id}/index.ts`))
    .sort();
  const found = await Promise.all(connectors.map(async (id) => asBackOffice(id, await capabilitiesOf(id))));
  const inModes = Object.entries(modes).map(([name, { capabilities, callsUs }]) => asBackOffice(name, capabilities, callsUs));
  return [stockroom, ...found, ...inModes];
}

export const backOffices: readonly BackOffice[] = await findBackOffices();

/** Throws an Error that names those there are. */
export function backOfficeOf(name: string): BackOffice {
  const found = backOffices.find((one) => one.name === name);
  if (found) return found;
  throw new Error(`There is no connector ${name}. There are: ${backOffices.map((one) => one.name).join(', ')}, or all.`);
}

/** What of the script isn't played with it, or ends otherwise: for the report. */
export function limitsOf({ hasApi, callsUs, wholeOrders, amends, cancels, returns }: BackOffice): string[] {
  return [
    ...(returns ? [] : ['no returns: it tells none']),
    ...(amends ? [] : ['it takes no change after the hand-over, or not every one: those have to be named']),
    ...(cancels ? [] : ['it takes no cancellation: those have to be named']),
    ...(wholeOrders ? ['orders from two places go over as one'] : []),
    ...(hasApi || callsUs.length > 0 ? [] : ['no network between us: nothing of it can fail on its own']),
    ...(callsUs.length > 0 ? ['nothing calls it: its own calls of us go wrong instead'] : []),
  ];
}
