import { z } from 'zod';
import { NeedsMerchantError, TransientError } from '../../core/errors.ts';
import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import type { ConnectContext } from '../contract/index.ts';
import { tokenLifeMs } from './assumptions.ts';
import { candidatesOf, namedByOms, type Hosts } from './base-url.ts';
import { bodyOf } from './envelope.ts';
import { offersOrders } from './graphql-schema.ts';
import { complaintIn } from './refusal.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

/** An instance as it was found. */
export interface Instance extends Hosts {
  /** The server that takes log-ins. */
  front: 'oms' | 'moqui';
}

const session = z.object({
  token: z.string(),
  oms: z.string(),
  moqui: z.string(),
  front: z.enum(['oms', 'moqui']),
  graphql: z.boolean(),
});

/**
 * What the shared token holds: beside HotWax's token where the instance was found and what it offers. So all of that is asked for once a
 * log-in, and not by each process before each piece of work.
 */
export type Session = z.infer<typeof session>;

export const readSession = (token: string): Session => session.parse(JSON.parse(token));

type Context = Pick<ConnectContext<Settings>, 'settings' | 'http' | 'nowMs'>;

const good = ({ status }: HttpResponse) => status >= 200 && status < 300;

const jsonOf = (response: HttpResponse): unknown => {
  const body = bodyOf(response);
  return body.kind === 'json' ? body.value : undefined;
};

function notThere(baseUrl: string): NeedsMerchantError {
  const { host } = new URL(baseUrl);
  return new NeedsMerchantError('hotwax-not-there', `No HotWax answers at ${baseUrl}`, { scope: 'connection', params: { host } });
}

/** Whether the server answers and takes log-ins; null where something else answers, or nothing of that kind. */
async function optionsAt({ http }: Context, path: string): Promise<z.output<typeof wire.loginOptions> | null> {
  const response = await http.send({ method: 'GET', path });
  const options = good(response) ? wire.loginOptions.safeParse(jsonOf(response)) : null;
  return options?.success ? options.data : null;
}

/** Looks where the instance is: the older server first, then the newer one. Nobody is logged in. */
async function lookAt(context: Context, hosts: Hosts): Promise<Instance | null> {
  const answers = await Promise.allSettled([
    optionsAt(context, `${hosts.oms}/checkLoginOptions`),
    optionsAt(context, `${hosts.moqui}/admin/checkLoginOptions`),
  ]);
  const [oms, moqui] = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : null));
  const options = oms ?? moqui;
  if (!options) {
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) throw failed.reason;
    return null;
  }
  if (options.loginAuthType && options.loginAuthType !== 'BASIC') {
    throw new NeedsMerchantError('hotwax-single-sign-on', 'This HotWax takes log-ins only through another system', {
      scope: 'connection',
      params: { host: new URL(hosts.oms).host, method: options.loginAuthType },
    });
  }
  return oms ? { ...namedByOms(hosts, oms.maargInstanceUrl), front: 'oms' } : { ...hosts, front: 'moqui' };
}

/** Finds the instance; throws what kept us from it: an address that nobody answers at, or somebody else there. */
export async function findInstance(context: Context): Promise<Instance> {
  const { baseUrl } = context.settings;
  let silent: TransientError | undefined;
  for (const hosts of candidatesOf(baseUrl)) {
    try {
      const found = await lookAt(context, hosts);
      if (found) return found;
    } catch (error) {
      if (!(error instanceof TransientError) || !['unreachable', 'no-answer'].includes(error.code)) throw error;
      silent ??= error;
    }
  }
  throw silent ?? notThere(baseUrl);
}

/** Whether the instance offers GraphQL with the fields that are asked for. Its schema needs no log-in. */
async function graphqlOffered({ http, settings }: Context, { moqui }: Instance): Promise<boolean> {
  if (settings.graphql === 'off') return false;
  try {
    const response = await http.send({ method: 'GET', path: `${moqui}/graphql/sdl` });
    return good(response) && offersOrders(response.text);
  } catch {
    return false;
  }
}

/** Logs in. Who calls shares the result with all processes; nobody else logs in meanwhile. */
export async function logIn(context: Context): Promise<{ token: string; expiresAt: number }> {
  const { http, settings, nowMs } = context;
  const instance = await findInstance(context);
  const graphql = await graphqlOffered(context, instance);
  const { username, password } = settings;
  const request: HttpRequest =
    instance.front === 'oms'
      ? { method: 'POST', path: `${instance.oms}/login`, json: { USERNAME: username, PASSWORD: password } }
      : { method: 'POST', path: `${instance.moqui}/admin/login`, json: { username, password } };
  const response = await http.send(request);
  const body = jsonOf(response);
  const answer = good(response) ? wire.token.safeParse(body) : null;
  if (!answer?.success) {
    const refused = [400, 401, 403].includes(response.status) || complaintIn(body) !== '';
    if (!refused) throw notThere(settings.baseUrl);
    const params = { party: 'HotWax OMS', host: new URL(instance[instance.front]).host };
    throw new NeedsMerchantError('wrong-credentials', 'HotWax refuses username or password', { scope: 'connection', params });
  }
  const { token, expirationTime } = answer.data;
  const expiresAt = expirationTime !== null && expirationTime > nowMs() ? expirationTime : nowMs() + tokenLifeMs;
  return { token: JSON.stringify({ ...instance, token, graphql } satisfies Session), expiresAt };
}
