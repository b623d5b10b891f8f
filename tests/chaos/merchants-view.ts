import { eventually } from '../../sandbox/control-client.ts';
import type { ChaosShop } from './chaos-shop.ts';
import type { MerchantsView } from './ledgers.ts';

interface OrdersPage {
  records: {
    rows: { name: string; state: string; reason: { code: string } | null; problem: string | null }[];
    hasNext: boolean;
  };
}

interface ProblemsPage {
  groups: { cause: string; connectionId: string | null; sync: string; detail: string; count: number }[];
  problems: {
    rows: { cause: string; subjectKind: string; subjectLabel: string; params: Record<string, unknown> }[];
    hasNext: boolean;
  } | null;
}

interface RunsPage {
  runs: { id: string; sync: string; state: string }[];
}

const problemsRoute = 'routes/app.activity.problems';

async function readProblems({ merchant }: ChaosShop): Promise<MerchantsView['problems']> {
  const found: MerchantsView['problems'] = [];
  const { groups } = await merchant.read<ProblemsPage>('/app/activity/problems', problemsRoute);
  for (const cause of new Set(groups.map((group) => group.cause))) {
    for (let page = 1; ; page += 1) {
      const { problems } = await merchant.read<ProblemsPage>(
        `/app/activity/problems?cause=${encodeURIComponent(cause)}&page=${page}`,
        problemsRoute,
      );
      for (const { subjectKind, subjectLabel, params } of problems?.rows ?? [])
        found.push({ cause, subjectKind, label: subjectLabel, params });
      if (!problems?.hasNext) break;
    }
  }
  return found;
}

/** Runs under way, as the app's pages show them. */
export async function busyRuns({ merchant }: ChaosShop): Promise<MerchantsView['busyRuns']> {
  const { runs } = await merchant.read<RunsPage>('/app/progress', 'routes/app.progress');
  return runs.map(({ id, sync, state }) => ({ id, sync, state }));
}

interface StatementPage {
  view: {
    read: {
      statement: {
        runId: string;
        sums: Partial<
          Record<'order' | 'shipment' | 'level', { total: number; found: number; buckets: { gap: number; failed: number } }>
        >;
      } | null;
      running: unknown[];
    };
  };
}

const statementRoute = 'routes/app.activity.statement';

/** Has the app account for everything, as a merchant does who presses the button, and reads what it says. Throws when it takes longer than `withinMs`. */
export async function makeStatement(
  { merchant, connectionId }: ChaosShop,
  withinMs: number,
): Promise<MerchantsView['statement']> {
  const read = async () =>
    (await merchant.read<StatementPage>(`/app/activity/statement?connection=${connectionId}`, statementRoute)).view.read;
  const before = (await read()).statement?.runId;
  await merchant.act('/app/activity/statement', statementRoute, { intent: 'make', connectionId, period: 60 });
  const { statement } = await eventually(
    'the statement',
    async () => {
      const shown = await read();
      return shown.running.length === 0 && shown.statement && shown.statement.runId !== before ? shown : undefined;
    },
    { withinMs, everyMs: 1_000 },
  );
  return Object.fromEntries(
    Object.entries(statement?.sums ?? {}).map(([kind, { total, found, buckets }]) => [kind, { total, found, ...buckets }]),
  );
}

/** Everything the app says to its merchant about orders, problems and runs. */
export async function readMerchantsView(shop: ChaosShop): Promise<Omit<MerchantsView, 'statement'>> {
  const orders: MerchantsView['orders'] = new Map();
  for (let page = 1; ; page += 1) {
    const { records } = await shop.merchant.read<OrdersPage>(`/app/orders?page=${page}`, 'routes/app.orders._index');
    for (const { name, state, reason, problem } of records.rows)
      orders.set(name, { name, state, reason: reason?.code ?? null, problem });
    if (!records.hasNext) break;
  }
  const { backlog } = await shop.merchant.read<{ backlog: { waiting: number } }>('/app/backlog', 'routes/app.backlog');
  return { orders, problems: await readProblems(shop), busyRuns: await busyRuns(shop), waiting: backlog.waiting };
}
