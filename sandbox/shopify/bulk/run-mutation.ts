import { appendFileSync, createReadStream, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { prepare, run } from '../core/execute.ts';
import { oversizedInput } from '../core/input-limits.ts';
import type { Registry } from '../core/registry.ts';
import type { Shop, World } from '../core/world.ts';
import { bulkById, finishBulk, resultFile } from './operations.ts';
import { bulkContext } from './run-query.ts';

const WINDOW = 20;

/**
 * Runs a bulk mutation: one execution for each line of the uploaded JSONL, not in their order; each result carries
 * `__lineNumber`. @idempotent is honoured line by line.
 */
export async function runBulkMutation(registry: Registry, world: World, shop: Shop, operationId: number): Promise<void> {
  const row = bulkById(world, operationId);
  if (!row || row.status === 'CANCELED') return;
  world.state.run("UPDATE bulk_operations SET status = 'RUNNING' WHERE id = ? AND status = 'CREATED'", operationId);
  const { upload } = JSON.parse(row.data) as { upload: string };
  const file = resultFile(world, operationId);
  writeFileSync(file, '');
  let objects = 0;
  let lineNumber = 0;
  let batch: { text: string; number: number }[] = [];

  const work = async (): Promise<void> => {
    const results: string[] = [];
    for (const line of shuffled(world, batch)) {
      results.push(
        JSON.stringify({ ...(await runLine(registry, world, shop, row.query, line.text)), __lineNumber: line.number }),
      );
      objects += 1;
    }
    if (results.length > 0) appendFileSync(file, `${results.join('\n')}\n`);
    batch = [];
    world.state.run('UPDATE bulk_operations SET object_count = ?, root_count = ? WHERE id = ?', objects, objects, operationId);
  };

  for await (const text of createInterface({ input: createReadStream(upload), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text.trim() !== '') batch.push({ text, number: lineNumber });
    lineNumber += 1;
    if (batch.length >= WINDOW) await work();
    if (bulkById(world, operationId)?.status === 'CANCELING')
      return finishBulk(world, shop, operationId, { status: 'CANCELED', file, objects, roots: objects });
  }
  await work();
  return finishBulk(world, shop, operationId, { status: 'COMPLETED', file, objects, roots: objects });
}

async function runLine(
  registry: Registry,
  world: World,
  shop: Shop,
  source: string,
  text: string,
): Promise<Record<string, unknown>> {
  let variables: Record<string, unknown>;
  try {
    variables = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    return { errors: [{ message: `The line is not JSON: ${(error as Error).message}` }] };
  }
  const { document, operations } = prepare(source);
  const tooLong = operations[0] && oversizedInput(operations[0], variables);
  if (tooLong) return { errors: [tooLong.toJSON()] };
  const ctx = bulkContext(world, shop, 250);
  const result = await run(registry, ctx, document, undefined, variables);
  if (ctx.notImplemented) throw ctx.notImplemented;
  return { data: result.data ?? null, ...(result.errors ? { errors: result.errors.map((error) => error.toJSON()) } : {}) };
}

function shuffled<T>(world: World, items: T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = world.random.between(0, i);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
