import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { StandInContext } from '../stand-ins.ts';
import type { ActiveFault } from './faults.ts';
import { bodyLimit } from './http.ts';

const LARGEST_BODY = 32 * 1024 * 1024;

export type VendorBindings = Partial<HttpBindings> & { fault?: ActiveFault };

export interface Vendor {
  /** As faults and the call log call it: the folder's name. */
  name: string;
  /** What a call is known as, the call log's name first; empty for one that isn't the vendor's. */
  namesOf: (method: string, path: string) => readonly string[];
  /** A header of every answer, made anew each time. */
  header?: readonly [name: string, value: () => string];
  answer: (request: Request, bindings: VendorBindings) => Response | Promise<Response>;
}

/** What stands in front of every vendor's API: the call log, the largest body, and the faults that were asked for. */
export function vendorApp({ calls, faults }: StandInContext, { name, namesOf, header, answer }: Vendor): Hono {
  const app = new Hono<{ Bindings: VendorBindings; Variables: { fault?: ActiveFault; operation?: string } }>();
  if (header)
    app.use('*', async (c, next) => {
      await next();
      c.header(header[0], header[1]());
    });
  app.use('*', calls.middleware(name));
  app.use('*', bodyLimit(LARGEST_BODY));
  app.use('*', (c, next) => {
    const [operation] = namesOf(c.req.method, c.req.path);
    if (operation !== undefined) c.set('operation', operation);
    return next();
  });
  app.use(
    '*',
    faults.middleware(name, (c) => namesOf(c.req.method, c.req.path)),
  );
  app.all('*', (c) => {
    const fault = c.get('fault');
    return answer(c.req.raw, { ...c.env, ...(fault ? { fault } : {}) });
  });
  return app as unknown as Hono;
}
