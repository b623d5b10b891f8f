import { asCrossdockError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { findConnectionByInboundToken } from '../../connections/connections.ts';
import { openConnection } from '../../connections/open-connection.ts';
import { gateFor } from '../writes/gate.ts';
import { takeIn } from './inbox.ts';

const plain = (status: number, text: string) =>
  new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });

/**
 * The back office's door: `/inbound/<the connection's token>/…`. The connector verifies and reads the call; what it says is stored and
 * enqueued in one transaction, then answered in the back office's own manner. A deactivated connection is answered and nothing runs.
 */
export async function acceptInbound(request: Request, callerAddress: string | null): Promise<Response> {
  const url = new URL(request.url);
  const [, , token = '', ...path] = url.pathname.split('/');
  const found = await findConnectionByInboundToken(token);
  if (!found) return plain(404, 'No connection has this address. Copy it again from the connection in Crossdock.');
  const live = await openConnection(found.shopId, found.connectionId);
  if (!live.connector.inbound) return plain(404, `${live.definition.label} connections take no calls.`);
  try {
    const { hints, response } = await live.connector.inbound.receive({
      method: request.method,
      path: path.join('/'),
      query: url.searchParams,
      headers: request.headers,
      callerAddress,
      body: await request.text(),
      mayHandOver: gateFor(live, 'back-office') === null,
    });
    if (live.state === 'active') {
      await inShop(found.shopId, async (tx) => {
        for (const hint of hints) {
          const subjectId = [live.id, hint.about, hint.subject].filter(Boolean).join(' ');
          const knock = {
            key: `inbound ${live.id} ${hint.eventId}`,
            door: 'inbound' as const,
            topic: hint.about,
            subjectKind: 'connection' as const,
            subjectId,
          };
          await takeIn(tx, found.shopId, { ...knock, triggeredAt: null });
        }
      });
    }
    return new Response(response.body, { status: response.status, headers: { 'content-type': response.contentType } });
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.kind === 'rejected') return plain(400, error.message);
    if (error.kind === 'needs-merchant') return plain(401, error.message);
    throw thrown;
  }
}
