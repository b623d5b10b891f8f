import type { World } from './world.ts';
export function describeOrderQuirks(_world: World): void {}
