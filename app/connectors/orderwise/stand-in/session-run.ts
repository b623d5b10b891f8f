import { callWebsite } from './session-call.ts';
import { despatchDocument, replyProblem, stockDocument } from './session-exports.ts';
import { importDocument, importQueue, type Imported } from './session-import.ts';
import type { Session } from './session-record.ts';
import { local, type World } from './world.ts';
import { XmlError } from './xml.ts';

export interface RunOptions {
  /** Pushes all stock and all despatches, not only what changed since the last push that was taken. */
  full?: boolean | undefined;
  /** Imported, but left out of the acknowledgement. */
  withhold?: string[] | undefined;
}

export interface Run extends Imported {
  session: number;
  at: string;
  acknowledged: string[];
  /** Elements pushed and taken; null where nothing was pushed, or it wasn't taken. */
  stock: number | null;
  despatch: number | null;
  /** What went wrong, step by step. */
  problems: string[];
}

/** One run of a session: import, acknowledge, push. Source: orderwise.md §4. */
export async function runSession(world: World, session: Session, options: RunOptions = {}): Promise<Run> {
  world.state.run('UPDATE sessions SET last_run_at = ? WHERE id = ?', world.now(), session.id);
  const run: Run = {
    session: session.id,
    at: local(world.now()),
    ...importQueue(world, session),
    acknowledged: [],
    stock: null,
    despatch: null,
    problems: [],
  };
  if (session.importUrl !== null) await importOrders(world, session, session.importUrl, run, options);
  if (session.exportOn) {
    if (session.stockUrl !== null) await push(world, session, 'stock', session.stockUrl, run, options);
    if (session.despatchUrl !== null) await push(world, session, 'despatch', session.despatchUrl, run, options);
  }
  world.state.run('INSERT INTO runs (session_id, at, data) VALUES (?,?,?)', session.id, world.now(), JSON.stringify(run));
  return run;
}

async function importOrders(world: World, session: Session, url: string, run: Run, { withhold = [] }: RunOptions): Promise<void> {
  try {
    const found = importDocument(world, session, await callWebsite(world, 'import', url));
    run.imported.push(...found.imported);
    run.again.push(...found.again);
    run.refused.push(...found.refused);
    const numbers = [...found.imported, ...found.again].filter((number) => !withhold.includes(number));
    if (numbers.length === 0) return;
    if (session.successUrl === null) {
      run.problems.push('acknowledge: the session has no success URL');
      return;
    }
    // the body of the answer is ignored. Source: orderwise.md §4.2
    const { status, lost } = await callWebsite(world, 'acknowledge', session.successUrl, numbers.join('~'));
    if (status >= 200 && status < 300) run.acknowledged = numbers;
    else run.problems.push(`acknowledge: ${lost ?? `answered ${status}`}`);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    run.problems.push(`import: ${error.message}`);
  }
}

async function push(
  world: World,
  session: Session,
  step: 'stock' | 'despatch',
  url: string,
  run: Run,
  { full = false }: RunOptions,
): Promise<void> {
  const upTo = world.now();
  const since = full ? 0 : step === 'stock' ? session.stockSentTo : session.despatchSentTo;
  const { xml, count } = step === 'stock' ? stockDocument(world, session, since) : despatchDocument(world, session, since);
  if (count === 0) return;
  const problem = replyProblem(await callWebsite(world, step, url, xml));
  if (problem !== null) {
    run.problems.push(`${step}: ${problem}`);
    return;
  }
  run[step] = count;
  world.state.run(`UPDATE sessions SET ${step}_sent_to = ? WHERE id = ?`, upTo, session.id);
}

/**
 * Orders by number that weren't acknowledged in the run that imported them, and after whose later acknowledgement, or despatch export, no stock was pushed:
 * the website can't know whether the stock it was last told lacks them already.
 */
export function toldUncounted(world: World): ReadonlySet<string> {
  const runs = world.state.all<{ data: string }>('SELECT data FROM runs ORDER BY id').map(({ data }) => JSON.parse(data) as Run);
  const [untold, told] = [new Set<string>(), new Set<string>()];
  const tell = (numbers: Iterable<string>) => {
    for (const number of [...numbers]) if (untold.delete(number)) told.add(number);
  };
  for (const { imported, acknowledged, stock, despatch } of runs) {
    // In the order of a run: import, acknowledge, push stock, push despatches.
    for (const number of imported) if (!acknowledged.includes(number)) untold.add(number);
    tell(acknowledged);
    if (stock !== null) told.clear();
    if (despatch !== null) tell(untold);
  }
  return new Set([...untold, ...told]);
}

/** The last runs, newest first. */
export const runsOf = (world: World, sessionId: number, limit = 20): Run[] =>
  world.state
    .all<{ data: string }>('SELECT data FROM runs WHERE session_id = ? ORDER BY id DESC LIMIT ?', sessionId, limit)
    .map(({ data }) => JSON.parse(data) as Run);
