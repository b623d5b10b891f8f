import { BugError } from '../core/errors.ts';
import type { Capabilities, ConnectorDefinition } from '../connectors/contract/index.ts';

let known: ReadonlyMap<string, ConnectorDefinition> = new Map();

/** Called once by each composition root with connectors/registry.ts: this folder must not know a concrete connector. */
export function setConnectors(definitions: readonly ConnectorDefinition[]): void {
  const twice = definitions.find((one, index) => definitions.findIndex((other) => other.id === one.id) !== index);
  if (twice) throw new BugError('connector-twice', `Two connectors have the id "${twice.id}"`);
  known = new Map(definitions.map((definition) => [definition.id, definition]));
}

export function allConnectors(): ConnectorDefinition[] {
  return [...known.values()];
}

/** Throws BugError for an id that no connector has: a connection of it can't have been made by this version. */
export function connectorDefinition(id: string): ConnectorDefinition {
  const found = known.get(id);
  if (!found) throw new BugError('connector-unknown', `No connector is called "${id}"`, { params: { connector: id } });
  return found;
}

/** A connector as these settings (without secrets) have it. */
export function definitionWith(definition: ConnectorDefinition, settings: unknown): ConnectorDefinition {
  const different = definition.differing?.((settings ?? {}) as Record<string, unknown>);
  return { ...definition, capabilities: { ...definition.capabilities, ...different } };
}

/** What a connection can do: its connector, as its settings have it. */
export const capabilitiesOf = ({ connector, settings }: { connector: string; settings: unknown }): Capabilities =>
  definitionWith(connectorDefinition(connector), settings).capabilities;
