import type { World } from './world.ts';
export function describeGoodsQuirks(_world: World): void {}
