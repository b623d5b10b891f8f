import { Hono } from 'hono';
import { answerError } from '../../../../sandbox/kit/http.ts';
import { openState } from '../../../../sandbox/kit/state.ts';
import { vendorApp } from '../../../../sandbox/kit/vendor-app.ts';
import type { StandIn, StandInContext } from '../../../../sandbox/stand-ins.ts';
import type { ApiEnv } from './api.ts';
import { auth } from './auth.ts';
import { createOrderwiseControl } from './control.ts';
import { customers } from './customers.ts';
import { exportDefinitions, exportName } from './export-definitions.ts';
import { FACTS } from './facts.ts';
import { orders } from './orders.ts';
import { Refusal, refuseMessage } from './refusals.ts';
import { createTables } from './schema.ts';
import { seed } from './seed.ts';
import { openSchedule, type Schedule } from './session-schedule.ts';
import { stock } from './stock.ts';
import { valueLists } from './value-lists.ts';
import { variants } from './variants.ts';
import type { World } from './world.ts';

/** What instances are called; case doesn't count. Source: orderwise.md §5 "Base". */
const LIVE = 'owapi';
const COPIES: readonly string[] = ['owapisb', 'owapitest'];

interface Instance {
  world: World;
  api: Hono<ApiEnv>;
  schedule: Schedule;
  control: Hono;
}

/**
 * OrderWise as its sources describe it (orderwise.md): keeps state, enforces the rules, runs its sessions. It knows nothing of the
 * connector. Below publicUrl lie the live instance (`/OWAPI`) and the vendor's sandbox copy with data of its own (`/OWAPISB`, forgotten at a
 * restart). Faults and the call log know each call as `METHOD /path/:id`, as `export <kind>`, and by its path below the instance.
 */
export function createStandIn(context: StandInContext): StandIn {
  const live = openInstance(context, 'OWAPI');
  const copy = openInstance({ ...context, state: openState(':memory:') }, 'OWAPISB');
  let unsubscribe: (() => void) | undefined;
  const of = (instance: string): Instance => (instance === LIVE ? live : copy);

  const app = vendorApp(context, {
    name: 'orderwise',
    namesOf(method, path) {
      const { instance, below } = split(path);
      const operation = operationOf(method, below);
      if (instance === null) return [operation, below];
      const exported = exportName(of(instance).world, below);
      return exported === undefined ? [operation, below] : [exported, operation, below];
    },
    answer(request, bindings) {
      const { pathname } = new URL(request.url);
      const { instance } = split(pathname);
      if (instance === null)
        return refuseMessage(FACTS.unknownPath, 404, `There is no OrderWise at ${pathname}; its API is below /OWAPI.`).answer();
      return of(instance).api.fetch(request, bindings);
    },
  });
  live.control.route('/owapisb', copy.control);

  return {
    app,
    control: live.control,
    start() {
      for (const { schedule } of [live, copy]) schedule.start();
      unsubscribe = context.clock.onAdvance(() => {
        for (const { schedule } of [live, copy]) schedule.wake();
      });
    },
    async stop() {
      unsubscribe?.();
      await Promise.all([live.schedule.stop(), copy.schedule.stop()]);
    },
  };
}

function openInstance(context: StandInContext, name: string): Instance {
  createTables(context.state);
  const world: World = { ...context, publicUrl: `${context.publicUrl}/${name}`, now: () => context.clock.now() };
  seed(world);
  const schedule = openSchedule(world);
  const api = new Hono<ApiEnv>({ getPath: (request) => split(new URL(request.url).pathname).below });
  api.onError((error) => (error instanceof Refusal ? error.answer() : answerError(error)));
  auth(api, world);
  for (const routes of [valueLists, customers, variants, stock, exportDefinitions, orders]) routes(api, world);
  api.notFound((c) => refuseMessage(FACTS.unknownPath, 404, `${c.req.method} ${c.req.path} is not imitated.`).answer());
  return { world, api, schedule, control: createOrderwiseControl(world, schedule) };
}

/** Which instance a path belongs to, and the path below it: in lower case, as case doesn't count, without a trailing slash. */
function split(path: string): { instance: string | null; below: string } {
  const parts = path.toLowerCase().split('/');
  const at = parts.findIndex((part) => part === LIVE || COPIES.includes(part));
  if (at < 0) return { instance: null, below: path };
  return { instance: parts[at] ?? null, below: `/${parts.slice(at + 1).join('/')}`.replace(/(.)\/+$/, '$1') };
}

/** `GET /value-lists/:id`: ids left out, so that a call can be named. */
const operationOf = (method: string, path: string): string => `${method} ${path.replace(/\/\d+(?=\/|$)/g, '/:id')}`;
