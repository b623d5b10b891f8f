import type { World } from './world.ts';
export function describeConnectingQuirks(_world: World): void {}
