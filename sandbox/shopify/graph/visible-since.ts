import type { RequestContext } from '../core/world.ts';

const SIXTY_DAYS = 60 * 86_400_000;

/** Without read_all_orders an app sees the orders of the last 60 days only: the moment they begin (ms). */
export const visibleSince = (ctx: RequestContext): number =>
  ctx.scopes.has('read_all_orders') ? 0 : ctx.world.clock.now() - SIXTY_DAYS;
