import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from './world.ts';

/** What OrderWise calls a website for. Faults (target `webhooks`) and the call log know each as `orderwise:<step>`. */
export type Step = 'import' | 'acknowledge' | 'stock' | 'despatch';

export interface Reply {
  /** 0 when nothing came back. */
  status: number;
  contentType: string;
  /** Null where it isn't UTF-8, or there is more of it than anybody should read. */
  text: string | null;
  /** Why there is no status. */
  lost: string | null;
}

const ANSWER_WITHIN_MS = 30_000;
const LONGEST_REPLY = 64 * 1024 * 1024;
const lost = (why: string): Reply => ({ status: 0, contentType: '', text: null, lost: why });

/**
 * One call of a session: GET, or POST of `ExportData` as a form. A fault `drop` doesn't send it, `timeout` sends it and loses the answer,
 * `duplicate` sends it twice, `delay` sends it late, `status` pretends an answer.
 */
export async function callWebsite(world: World, step: Step, url: string, exportData?: string): Promise<Reply> {
  const names = [step, `orderwise:${step}`];
  const fault = world.faults.take('webhooks', names, ['status', 'timeout', 'drop', 'duplicate', 'delay']);
  if (fault?.kind === 'status') return { status: fault.status ?? 503, contentType: '', text: '', lost: null };
  if (fault?.kind === 'drop') return lost('not sent: a fault of the sandbox');
  if (fault?.kind === 'delay') await sleep(fault.ms ?? 1_000);
  if (fault?.kind === 'duplicate') await send(world, step, url, exportData);
  const reply = await send(world, step, url, exportData);
  return fault?.kind === 'timeout' ? lost('the answer was lost: a fault of the sandbox') : reply;
}

async function send(world: World, step: Step, url: string, exportData: string | undefined): Promise<Reply> {
  const started = performance.now();
  const reply = await fetchReply(url, exportData);
  world.calls.record({
    target: 'webhooks',
    method: exportData === undefined ? 'GET' : 'POST',
    path: new URL(url).pathname,
    operation: `orderwise:${step}`,
    status: reply.status,
    ms: performance.now() - started,
  });
  return reply;
}

async function fetchReply(url: string, exportData: string | undefined): Promise<Reply> {
  try {
    const response = await fetch(url, {
      ...(exportData === undefined ? {} : { method: 'POST', body: new URLSearchParams({ ExportData: exportData }) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const bytes = await response.arrayBuffer();
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text: bytes.byteLength > LONGEST_REPLY ? null : utf8(bytes),
      lost: null,
    };
  } catch (error) {
    return lost((error as Error).message);
  }
}

function utf8(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
