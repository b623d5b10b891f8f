import { Hono } from 'hono';
import type { StandIn, StandInContext } from '../stand-ins.ts';
import { openCallLog } from './call-log.ts';
import { openClock } from './clock.ts';
import { openFaults } from './faults.ts';
import { openState } from './state.ts';

// What comes back is looked into freely; a wrong path shows as a failing expectation.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of many shapes, only ever read by expectations
export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  /** The fact that a refusal cites. */
  fact: string;
  text: string;
  /** The JSON that came; another text as it is, null for none. */
  body: Json;
}

const jsonOf = (text: string): Json => {
  if (text === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

/** For tests of a stand-in: mounted as in the sandbox, all of it in memory, called without a port. */
export function openStandInRig(name: string, create: (context: StandInContext) => StandIn) {
  const base = `/stand-ins/${name}`;
  const state = openState(':memory:');
  const clock = openClock(':memory:');
  const calls = openCallLog(openState(':memory:'), clock);
  const faults = openFaults({ clock, killCaller: () => undefined });
  let root = new Hono();
  let standIn: StandIn;
  const start = (): void => {
    standIn = create({ state, clock, calls, faults, publicUrl: `http://127.0.0.1:3190${base}` });
    root = new Hono();
    root.route(base, standIn.app);
    root.route(`/_sandbox/${name}`, standIn.control);
  };
  start();
  async function send(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await root.request(url, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      ...{ status: response.status, headers: response.headers, text, body: jsonOf(text) },
      fact: response.headers.get('x-sandbox-fact') ?? '',
    };
  }
  return {
    base,
    clock,
    calls,
    faults,
    send,
    control: (method: string, path: string, body?: unknown) => send(method, `/_sandbox/${name}${path}`, body),
    root: () => root,
    standIn: () => standIn,
    /** A new stand-in on the same state. */
    restart: start,
  };
}
