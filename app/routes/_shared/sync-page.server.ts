import { describeSyncSettings, type FieldView } from '../../connections/read-sync-settings-form.ts';
import { capabilitiesOf } from '../../connections/known-connectors.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import { readSyncPage, type SyncPageView } from '../../sync/runs/read-sync-page.ts';
import { pickConnection, readPage, type ConnectionRow, type PageContext } from './page.server.ts';

/** What every page of a sync loads, beside its records. */
export interface SyncPageData<Records> {
  page: { view: SyncPageView; fields: FieldView[]; minimumInterval: number; active: boolean; connector: string } | null;
  records: Records | null;
}

/** Loads the page of one sync for the connection in its address; null where there is no connection that offers it. */
export function loadSyncPage<Records>(
  request: Request,
  kind: SyncKind,
  read: (context: PageContext, connection: ConnectionRow, query: URLSearchParams) => Promise<Records>,
): Promise<SyncPageData<Records> & { now: string }> {
  return readPage<SyncPageData<Records>>(request, async (context, query) => {
    const connection = await pickConnection(context, query, (row) => kind !== 'returns' || capabilitiesOf(row).returns);
    if (!connection) return { page: null, records: null };
    const capabilities = capabilitiesOf(connection);
    const view = await readSyncPage(context.shop.id, connection.id, kind);
    return {
      page: {
        view,
        fields: describeSyncSettings(kind, capabilities),
        minimumInterval: capabilities.minimumIntervalMinutes,
        active: connection.state === 'active',
        connector: connection.connector,
      },
      records: await read(context, connection, query),
    };
  });
}
