import { gid, idOf } from '../core/gid.ts';
import { dateTime, dateTimeOrNull } from '../core/moment.ts';
import { NotImplemented } from '../core/not-implemented.ts';
import { page } from '../core/paging.ts';
import { byShop, defineLoader, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { prepare, run } from '../core/execute.ts';
import { MAX_RUNNING, running, type BulkRow } from '../bulk/operations.ts';
import { bulkContext } from '../bulk/run-query.ts';
import { checkBulkMutation, checkBulkQuery } from '../bulk/rules.ts';
import { MAX_UPLOAD, resultUrl, stageUpload, uploadedFile } from '../bulk/uploads.ts';
import { compileSearch, id, moment, oneOf, type Searchable } from '../search/compile.ts';
import { defineMutation } from './mutation.ts';

const SEARCH: Searchable = {
  name: 'bulkOperations',
  terms: {
    id: id('b.id'),
    created_at: moment('b.created_at'),
    completed_at: moment('b.completed_at'),
    status: oneOf(
      Object.fromEntries(
        ['canceled', 'canceling', 'completed', 'created', 'expired', 'failed', 'running'].map((word) => [
          word,
          { sql: 'b.status = ?', params: [word.toUpperCase()] },
        ]),
      ),
      'status',
    ),
    operation_type: oneOf(
      { query: { sql: "b.type = 'QUERY'", params: [] }, mutation: { sql: "b.type = 'MUTATION'", params: [] } },
      'operation_type',
    ),
    type: oneOf({ query: { sql: "b.type = 'QUERY'", params: [] }, mutation: { sql: "b.type = 'MUTATION'", params: [] } }, 'type'),
  },
};

/** Bulk operations and staged uploads. */
export function bulkFields(registry: Registry): void {
  defineLoader('BulkOperation', byShop('bulk_operations'));
  registry.type<unknown>('QueryRoot', {
    bulkOperation: withArgs(['id'], (_source, args) => refOrNull('BulkOperation', idOf('BulkOperation', args.id))),
    bulkOperations: withArgs([...PAGING, 'query', 'sortKey'], (_source, args, ctx, info) => {
      const search = compileSearch(SEARCH, args.query, ctx.world.clock.now());
      return page(ctx, info, args, {
        select: 'SELECT b.* FROM bulk_operations b',
        where: [{ sql: 'b.shop_id = ?', params: [ctx.shop.id] }, ...(search ? [search] : [])],
        id: 'b.id',
        sort: args.sortKey === 'COMPLETED_AT' ? 'b.completed_at' : 'b.created_at',
        toNode: (row) => ({ __typename: 'BulkOperation', ...row }),
      });
    }),
  });
  registry.type<BulkRow>('BulkOperation', {
    id: (row) => gid('BulkOperation', row.id),
    status: (row) => row.status,
    type: (row) => row.type,
    errorCode: (row) => row.error_code,
    query: (row) => row.query,
    createdAt: (row) => dateTime(row.created_at),
    completedAt: (row) => dateTimeOrNull(row.completed_at),
    objectCount: (row) => String(row.object_count),
    rootObjectCount: (row) => String(row.root_count),
    fileSize: (row) => (row.file_size === null || row.file === null ? null : String(row.file_size)),
    url: (row, _args, ctx) => (row.file && row.partial === 0 ? resultUrl(ctx.world, { id: row.id, file: row.file }) : null),
    partialDataUrl: (row, _args, ctx) =>
      row.file && row.partial === 1 ? resultUrl(ctx.world, { id: row.id, file: row.file }) : null,
  });

  defineMutation(registry, 'stagedUploadsCreate', ['input'], (change, args, ctx) => {
    const inputs = args.input as {
      filename: string;
      mimeType: string;
      resource: string;
      httpMethod?: string;
      fileSize?: string;
    }[];
    const targets = inputs.map((input, index) => {
      const field = ['input', String(index)];
      if (input.resource !== 'BULK_MUTATION_VARIABLES') throw new NotImplemented(`staged uploads of ${input.resource}`);
      if (input.httpMethod !== 'POST')
        throw new Refused('Bulk mutation variables are uploaded by POST.', { field: [...field, 'httpMethod'] });
      if (input.mimeType !== 'text/jsonl') throw new Refused('mimeType must be text/jsonl', { field: [...field, 'mimeType'] });
      if (input.fileSize && Number(input.fileSize) > MAX_UPLOAD)
        throw new Refused('File size is too large', { field: [...field, 'fileSize'] });
      return stageUpload(ctx.world, change.shop, input);
    });
    return { stagedTargets: targets };
  });

  defineMutation(registry, 'bulkOperationRunQuery', ['query', 'groupObjects'], (change, args, ctx) => {
    if (args.groupObjects === true) throw new NotImplemented('bulkOperationRunQuery with groupObjects: true (deprecated, slow)');
    const checked = checkBulkQuery(String(args.query));
    if (checked.problems.length > 0)
      throw Refused.all(checked.problems.map((message) => ({ field: ['query'], message, code: 'INVALID' })));
    // a field that nobody implemented must show now, not in an operation that fails later
    const trial = bulkContext(ctx.world, change.shop, 1);
    void run(registry, trial, prepare(checked.source).document, undefined, {});
    if (trial.notImplemented) throw trial.notImplemented;
    const active = running(ctx.world, change.shop, 'QUERY');
    if (active.length >= MAX_RUNNING) {
      throw new Refused(
        `A bulk query operation for this app and shop is already in progress: ${gid('BulkOperation', active[0]?.id ?? 0)}.`,
        { field: null, code: 'OPERATION_IN_PROGRESS' },
      );
    }
    const { lastId } = change.state.run(
      "INSERT INTO bulk_operations (shop_id, type, status, query, data, created_at) VALUES (?, 'QUERY', 'CREATED', ?, '{}', ?)",
      change.shop.id,
      checked.source,
      change.at,
    );
    ctx.world.after(change.shop, ctx.world.timings.job, 'bulk-query', { operationId: lastId });
    return { bulkOperation: ref('BulkOperation', lastId) };
  });

  defineMutation(
    registry,
    'bulkOperationRunMutation',
    ['mutation', 'stagedUploadPath', 'clientIdentifier', 'groupObjects'],
    (change, args, ctx) => {
      const checked = checkBulkMutation(String(args.mutation));
      if (checked.problems.length > 0)
        throw Refused.all(checked.problems.map((message) => ({ field: ['mutation'], message, code: 'INVALID_MUTATION' })));
      const upload = uploadedFile(ctx.world, change.shop, String(args.stagedUploadPath));
      if (!upload)
        throw new Refused(
          'The JSONL file could not be found. Try uploading the file again, and check that you’ve entered the URL correctly for the stagedUploadPath mutation argument.',
          { field: null, code: 'NO_SUCH_FILE' },
        );
      const active = running(ctx.world, change.shop, 'MUTATION');
      if (active.length >= MAX_RUNNING)
        throw new Refused(
          `A bulk mutation operation for this app and shop is already in progress: ${gid('BulkOperation', active[0]?.id ?? 0)}.`,
          { field: null, code: 'OPERATION_IN_PROGRESS' },
        );
      const { lastId } = change.state.run(
        "INSERT INTO bulk_operations (shop_id, type, status, query, data, created_at) VALUES (?, 'MUTATION', 'CREATED', ?, ?, ?)",
        change.shop.id,
        checked.source,
        JSON.stringify({ upload, clientIdentifier: args.clientIdentifier ?? null }),
        change.at,
      );
      ctx.world.after(change.shop, ctx.world.timings.job, 'bulk-mutation', { operationId: lastId });
      return { bulkOperation: ref('BulkOperation', lastId) };
    },
  );

  defineMutation(registry, 'bulkOperationCancel', ['id'], (change, args) => {
    const row = change.state.get<BulkRow>(
      'SELECT * FROM bulk_operations WHERE id = ? AND shop_id = ?',
      idOf('BulkOperation', args.id) ?? 0,
      change.shop.id,
    );
    if (!row) throw new Refused('Bulk operation does not exist', { field: ['id'] });
    if (!['CREATED', 'RUNNING', 'CANCELING'].includes(row.status))
      throw new Refused(`A bulk operation cannot be canceled when it is ${row.status.toLowerCase()}`, { field: ['id'] });
    change.state.run("UPDATE bulk_operations SET status = 'CANCELING' WHERE id = ?", row.id);
    return { bulkOperation: ref('BulkOperation', row.id) };
  });
}
