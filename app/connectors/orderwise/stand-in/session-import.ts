import { FACTS } from './facts.ts';
import type { Problem } from './incoming-order.ts';
import { orderProblems } from './order-check.ts';
import { importOrder, orderByWebNumber } from './order-record.ts';
import { orderFromXml, salesOrdersIn } from './order-xml.ts';
import { takeJson } from './orders.ts';
import type { Reply } from './session-call.ts';
import type { Session } from './session-record.ts';
import type { World } from './world.ts';
import { readXml, XmlError } from './xml.ts';

/** What became of the orders of one import. */
export interface Imported {
  /** Website's numbers of the orders made. */
  imported: string[];
  /** Numbers that had been imported before: acknowledged again, not made again. */
  again: string[];
  refused: { reference: string | null; problems: Problem[] }[];
}

/** Orders out of the website's document. Throws XmlError where it isn't the documented one. */
export function importDocument(world: World, session: Session, reply: Reply): Imported {
  if (reply.lost !== null) throw new XmlError(reply.lost);
  if (reply.status !== 200) throw new XmlError(`answered ${reply.status} [${FACTS.importXml}]`);
  if (!/^text\/xml(;|$)/i.test(reply.contentType.trim()))
    throw new XmlError(`Content-Type is ${reply.contentType || 'missing'}, not text/xml [${FACTS.importXml}]`);
  if (reply.text === null) throw new XmlError(`the document is not UTF-8, or far too long [${FACTS.importXml}]`);
  const result: Imported = { imported: [], again: [], refused: [] };
  for (const element of salesOrdersIn(readXml(reply.text))) {
    const { number, ...read } = orderFromXml(world, element);
    if ('problems' in read) {
      result.refused.push({ reference: number, problems: read.problems });
      continue;
    }
    // what OrderWise does with a number it has is unknown: one order, acknowledged again [GUESS]
    if (number !== null && orderByWebNumber(world, number, session.id)) {
      result.again.push(number);
      continue;
    }
    const problems = orderProblems(world, session, read.order);
    if (problems.length > 0) result.refused.push({ reference: number, problems });
    else {
      importOrder(world, session.id, session, read.order);
      result.imported.push(number ?? '');
    }
  }
  return result;
}

/** Orders that were posted and put by for the session's run. */
export function importQueue(world: World, session: Session): Imported {
  const result: Imported = { imported: [], again: [], refused: [] };
  const queued = world.state.all<{ id: number; body: string }>(
    'SELECT id, body FROM queued_orders WHERE session_id = ? ORDER BY id',
    session.id,
  );
  for (const { id, body } of queued) {
    const given = JSON.parse(body) as { orderHeader: { eCommerceOrderNumber: string } };
    const { order, problems } = takeJson(world, session, given);
    if (order) result.imported.push(order.ecommerce_number ?? order.number);
    else result.refused.push({ reference: given.orderHeader.eCommerceOrderNumber, problems });
    world.state.run('DELETE FROM queued_orders WHERE id = ?', id);
  }
  return result;
}
