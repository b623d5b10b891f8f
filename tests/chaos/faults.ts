import { setTimeout as sleep } from 'node:timers/promises';
import type { Ground } from './ground.ts';

/** Something that goes wrong. `begin` starts it, `end` is what follows when the rules it set were taken back. */
export interface Fault {
  name: string;
  /** api: the back office has one that we call. calls: it calls us, by a schedule of its own. */
  needs?: 'api' | 'calls';
  /** What it does can't be told apart from another's at the same time, so it always comes alone. */
  alone?: boolean;
  begin(ground: Ground): Promise<void>;
  end?(ground: Ground): Promise<void>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEP_MET_WITHIN_MS = 8_000;
/** Shopify's waits between its attempts to deliver a webhook: 8 retries over 4 hours. */
const RETRY_WAITS_MS = [10_000, 30_000, 90_000, 270_000, 810_000, 2_400_000, 4_300_000, 6_490_000];

const webhookRule = (name: string, kind: string, options: Record<string, unknown>): Fault => ({
  name,
  begin: (ground) => ground.rule(name, { target: 'webhooks', kind, ...options }),
});

const shopifyRule = (name: string, kind: string, options: Record<string, unknown>): Fault => ({
  name,
  begin: (ground) => ground.rule(name, { target: 'shopify', kind, ...options }),
});

const backOfficeRule = (name: string, kind: string, options: Record<string, unknown>): Fault => ({
  name,
  needs: 'api',
  begin: (ground) => ground.rule(name, { target: ground.shop.connector, kind, ...options }),
});

/** Sets a rule for each call that the back office makes of us. */
async function ruleForItsCalls(ground: Ground, name: string, kind: string, options: Record<string, unknown>): Promise<void> {
  for (const match of ground.shop.backOffice.callsUs) await ground.rule(name, { target: 'webhooks', match, kind, ...options });
}

const callRule = (name: string, kind: string, options: Record<string, unknown>): Fault => ({
  name,
  needs: 'calls',
  begin: (ground) => ruleForItsCalls(ground, name, kind, options),
});

/** An hour, in quarters, in which nothing but what the rules of this name say comes back. */
async function lastAnHour(ground: Ground, name: string): Promise<void> {
  for (let quarter = 0; quarter < 4; quarter += 1) {
    await ground.advance(15 * MINUTE_MS);
    await sleep(800);
  }
  // Where the app had left the back office alone for another fault nobody has noticed yet.
  for (const until = Date.now() + STEP_MET_WITHIN_MS; Date.now() < until && !(await ground.struckSoFar())[name];) {
    await ground.syncAgain(4, 1);
    await sleep(800);
  }
  await ground.clearRules();
}

const killProcess = async (ground: Ground, name: string, process: 'web' | 'worker'): Promise<void> => {
  const index = process === 'worker' ? { index: ground.random.between(0, 1) } : {};
  const killed = await ground.shop.control.post('/kill', { process, ...index }).then(
    () => true,
    // It is just being started again after another fault.
    () => false,
  );
  if (killed) ground.count(name);
};

async function killAtStep(ground: Ground, target: string): Promise<void> {
  const steps = await ground.stepsOf(target);
  if (steps.length === 0) return;
  for (const kind of ['kill-before-answer', 'kill-after-answer']) {
    const match = ground.random.pick(steps);
    const when = kind === 'kill-before-answer' ? 'before' : 'after';
    const side = target === 'shopify' ? 'Shopify' : 'the back office';
    await ground.rule(`worker killed at a step of ${side}: ${when} the answer to ${match}`, { target, kind, match, times: 1 });
  }
  // The corridor is walked at this very moment, so that a step is met.
  await ground.syncAgain(6, 1);
  await ground.untilKilled(STEP_MET_WITHIN_MS);
}

/** As a merchant who changed their mind: installs it again and looks round in it for a while. */
async function reinstall(ground: Ground): Promise<void> {
  await ground.shop.post('/shopify/install');
  await ground.openApp();
  await sleep(2_000);
  await ground.openApp();
}

/** Everything that goes wrong. Each is seen to strike: the report counts what the sandbox did, not what it was asked to do. */
export const faults: Fault[] = [
  webhookRule('webhook dropped', 'drop', { probability: 0.6 }),
  webhookRule('webhook duplicated', 'duplicate', { probability: 0.7 }),
  webhookRule('webhook out of order', 'reorder', { probability: 0.6 }),
  {
    name: 'webhook a day late',
    // They arrive when the settling lets a day pass. A back office that calls by a schedule would wait for its own call that long.
    async begin(ground) {
      const late = { target: 'webhooks', kind: 'delay', ms: DAY_MS, probability: 0.5 };
      if (ground.shop.backOffice.callsUs.length === 0) return ground.rule(this.name, late);
      for (const match of await ground.topics()) await ground.rule(this.name, { ...late, match });
    },
  },
  {
    name: 'webhook never sent again after eight failures',
    alone: true,
    begin(ground) {
      return ground.rule(this.name, { target: 'webhooks', kind: 'status', status: 503 });
    },
    async end(ground) {
      // Taken back and set again, since the rule has to outlast every retry.
      await ground.rule(this.name, { target: 'webhooks', kind: 'status', status: 503 });
      for (const wait of RETRY_WAITS_MS) {
        await ground.advance(wait + 1_000);
        await sleep(400);
      }
      await ground.clearRules();
    },
  },
  {
    name: 'Shopify throttles',
    async begin(ground) {
      await ground.rule(`${this.name}: THROTTLED`, { target: 'shopify', kind: 'throttled', probability: 0.3 });
      await ground.rule(`${this.name}: 429`, { target: 'shopify', kind: 'status', status: 429, probability: 0.15 });
    },
  },
  shopifyRule('Shopify answers 5xx', 'status', { status: 502, probability: 0.3 }),
  shopifyRule('Shopify’s answer is lost after it wrote', 'cut-after-commit', { probability: 0.25 }),
  shopifyRule('Shopify’s answer is late', 'timeout-after-commit', { ms: 2_500, probability: 0.1 }),
  shopifyRule('a stock write is stale', 'stale', { match: 'inventorySetQuantities', probability: 0.6 }),
  shopifyRule('a stock write is stale in part', 'stale', { match: 'inventorySetQuantities', probability: 0.6, mode: 'part' }),
  {
    name: 'token expired in mid-run',
    begin: (ground) => ground.advance(HOUR_MS + MINUTE_MS),
    end(ground) {
      ground.count(this.name);
      return Promise.resolve();
    },
  },
  {
    name: 'token refresh raced and its answer lost',
    async begin(ground) {
      const at = { target: 'shopify', match: '/admin/oauth/access_token' };
      await ground.rule(`${this.name}: lost`, { ...at, kind: 'cut-after-commit', times: 1 });
      await ground.rule(`${this.name}: slow`, { ...at, kind: 'delay', ms: 400 });
      await ground.advance(HOUR_MS + MINUTE_MS);
      // Pages and both workers ask at once.
      const page = () => ground.shop.merchant.read('/app/orders', 'routes/app.orders._index').catch(() => undefined);
      await Promise.all([page(), page(), page()]);
    },
  },
  backOfficeRule('back office answers 5xx', 'status', { status: 503, probability: 0.4 }),
  backOfficeRule('back office’s answer is lost after it wrote', 'cut-after-commit', { probability: 0.3 }),
  backOfficeRule('back office refuses a record', 'refuse', { probability: 0.3 }),
  backOfficeRule('back office is slow', 'delay', { ms: 700, probability: 0.5 }),
  {
    name: 'back office down for an hour',
    needs: 'api',
    begin(ground) {
      return ground.rule(this.name, { target: ground.shop.connector, kind: 'status', status: 503 });
    },
    async end(ground) {
      await ground.rule(this.name, { target: ground.shop.connector, kind: 'status', status: 503 });
      await lastAnHour(ground, this.name);
    },
  },
  callRule('back office’s call gets no answer', 'timeout', { probability: 0.4 }),
  callRule('back office’s call is turned away', 'status', { status: 503, probability: 0.4 }),
  callRule('back office calls twice', 'duplicate', { probability: 0.6 }),
  {
    name: 'back office calls nobody for an hour',
    needs: 'calls',
    begin(ground) {
      return ruleForItsCalls(ground, this.name, 'drop', {});
    },
    async end(ground) {
      await ruleForItsCalls(ground, this.name, 'drop', {});
      await lastAnHour(ground, this.name);
    },
  },
  {
    name: 'worker killed',
    begin: (ground) => killProcess(ground, 'worker killed', 'worker'),
    end: (ground) => killProcess(ground, 'worker killed', 'worker'),
  },
  { name: 'worker killed at a step of Shopify', begin: (ground) => killAtStep(ground, 'shopify') },
  {
    name: 'worker killed at a step of the back office',
    needs: 'api',
    begin: (ground) => killAtStep(ground, ground.shop.connector),
  },
  webhookRule('web killed between store and answer', 'kill-before-answer', { times: 2 }),
  { name: 'web killed', begin: (ground) => killProcess(ground, 'web killed', 'web') },
  {
    name: 'database connections cut',
    async begin(ground) {
      await ground.shop.control.post('/postgres', { does: 'cut' });
      ground.count(this.name);
    },
    async end(ground) {
      await ground.shop.control.post('/postgres', { does: 'cut' });
      ground.count(this.name);
    },
  },
  {
    name: 'database restarted',
    async begin(ground) {
      const does = ground.random.next() < 0.5 ? 'restart' : 'crash';
      await ground.shop.control.post('/postgres', { does });
      ground.count(`${this.name}: ${does}`);
    },
  },
  {
    name: 'workers race for one order',
    async begin(ground) {
      const runs = ground.runNow(['orders', 'orders', 'shipments', 'shipments']);
      const [again, started] = await Promise.all([ground.syncAgain(12, 3), runs]);
      ground.count(this.name, again + started);
    },
  },
  {
    name: 'uninstalled and installed again',
    async begin(ground) {
      await ground.shop.post('/uninstall');
      ground.count(this.name);
    },
    end: reinstall,
  },
];
