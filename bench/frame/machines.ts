import type { Measures } from './bench.ts';
import { asCount } from './measure.ts';

/** Shops, and the orders of each on a day. */
const fleets = [
  [10, 100],
  [100, 100],
  [100, 1_000],
  [500, 1_000],
  [2_000, 1_000],
  [5_000, 2_000],
] as const;
/** Of a day's orders, in its busiest hour. */
const BUSIEST = 0.1;
/** Of what was measured, so much is planned with: the rest is for catching up after a failure. */
const USED = 0.5;
/** Created, paid, updated twice, and its fulfilment. */
const WEBHOOKS_AN_ORDER = 5;
const CONNECTIONS = { web: 22, worker: 27 };
/** What a managed PostgreSQL of middling size allows. */
const MOST_CONNECTIONS = 400;
/** Cores of a machine, and of the largest database that one would rent without thinking about it. */
const [CORES, DATABASE_CORES] = [4, 32];

/** The step that so much calls for, beyond more processes. */
function stepFor(processes: number, connections: number, databaseCores: number): string {
  if (databaseCores > DATABASE_CORES) return 'shards by shop: beyond one PostgreSQL';
  if (connections > MOST_CONNECTIONS) return 'a pooler for the web processes, and PostgreSQL set to more connections';
  if (processes + databaseCores > CORES) return 'PostgreSQL on a machine of its own';
  return processes > 2 ? 'more processes on the same machine' : 'none: one machine for everything';
}

/** From shops and orders a day to processes and machines, as Markdown; computed from what the benches measured. */
export function asMachines({ ordersAnHour, webhooksASecond, databaseSecondsAnOrder }: Measures): string {
  const head = [
    'Shops × orders a day',
    'Busiest hour',
    'Web',
    'Workers',
    'Cores of PostgreSQL',
    'Connections',
    'Machines',
    'Step that is due',
  ];
  const lines = [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`];
  for (const [shops, each] of fleets) {
    const hour = shops * each * BUSIEST;
    const workers = Math.max(1, Math.ceil(hour / (ordersAnHour * USED)));
    const web = Math.max(1, Math.ceil((hour * WEBHOOKS_AN_ORDER) / 3600 / (webhooksASecond * USED)));
    const cores = Math.max(1, Math.ceil((hour / 3600) * (databaseSecondsAnOrder / USED)));
    const connections = web * CONNECTIONS.web + workers * CONNECTIONS.worker;
    const alone = web + workers + cores <= CORES;
    const machines = alone ? '1' : `${Math.ceil((web + workers) / CORES)} + PostgreSQL`;
    const cells = [`${asCount(shops)} × ${asCount(each)}`, `${asCount(hour)} orders`, web, workers, cores, connections, machines];
    lines.push(`| ${[...cells, stepFor(web + workers, connections, cores)].join(' | ')} |`);
  }
  return [
    lines.join('\n'),
    '',
    `Computed from ${asCount(ordersAnHour)} orders an hour and worker process, ${asCount(webhooksASecond)} webhooks a second and web process, and ${(databaseSecondsAnOrder * 1000).toFixed(1)} ms of PostgreSQL’s CPU an order, as \`npm run bench\` measured them ([performance.md](performance.md)). Assumed: a tenth of a day’s orders in its busiest hour, ${WEBHOOKS_AN_ORDER} webhooks an order, half of what was measured, machines of ${CORES} cores.`,
  ].join('\n');
}
