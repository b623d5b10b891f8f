import { inShop } from '../../db/scope.ts';
import { listStaff, may } from '../../people/staff.ts';
import { authenticateExtension } from '../../shopify.server.ts';
import { failureOf } from './failure.server.ts';

type Opened = Awaited<ReturnType<typeof authenticateExtension>>;

/** What an extension's request is answered with: a body, or a refusal by its code. */
export type ExtensionReply = { body: object } | { status: number; error: string };

export interface ExtensionCall {
  shop: Opened['shop'];
  user: Opened['user'];
  /** The person's name where their role lets them act; null where it doesn't. */
  operator: () => Promise<string | null>;
}

/** The door of every extension: shop and person by the ID token, failures with the headers that its origin needs, nothing kept by a cache. */
export async function answerCall(request: Request, work: (call: ExtensionCall) => Promise<ExtensionReply>): Promise<Response> {
  const { shop, user, cors } = await authenticateExtension(request);
  const headers = { ...cors, 'cache-control': 'no-store' };
  const operator = async (): Promise<string | null> => {
    const staff = await inShop(shop.id, (tx) => listStaff(tx, shop.id));
    const person = staff.find(({ userId }) => userId === user.id);
    return person && may(person, 'operator') ? person.userName : null;
  };
  try {
    const reply = await work({ shop, user, operator });
    return 'body' in reply
      ? Response.json(reply.body, { headers })
      : Response.json({ error: reply.error }, { status: reply.status, headers });
  } catch (thrown) {
    const { code, reference } = failureOf(thrown);
    return Response.json({ error: code, ...(reference ? { reference } : {}) }, { status: 500, headers });
  }
}
