import { setTimeout as sleep } from 'node:timers/promises';
import { BugError, TransientError } from '../../core/errors.ts';
import { shopifyFetch } from '../fetch.ts';

/** One line of a result: its number, from 1, and what it holds. */
export interface BulkLine {
  number: number;
  value: Record<string, unknown>;
}

const RETRIES = 4;
/** A line is one record; a longer one isn't a line of ours. */
const LONGEST_LINE = 16 * 1024 * 1024;

async function open(url: string, from: number): Promise<{ body: AsyncIterable<Uint8Array>; at: number }> {
  let response: Response;
  try {
    response = await shopifyFetch(url, { headers: from > 0 ? { range: `bytes=${from}-` } : {} });
  } catch (cause) {
    throw new TransientError('shopify-no-answer', "A bulk result can't be read", { cause });
  }
  if (response.status === 403 || response.status === 404 || response.status === 410) {
    await response.body?.cancel();
    throw new BugError('shopify-bulk-result-gone', `A bulk result is gone (${response.status}): results are kept for seven days`);
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new TransientError('shopify-server-error', `A bulk result was answered with ${response.status}`, {
      params: { status: response.status },
    });
  }
  // a server that doesn't know ranges starts at the beginning
  return { body: response.body, at: response.status === 206 ? from : 0 };
}

/** Bytes of a result from `from` on, going on after a broken connection. */
async function* bytes(url: string): AsyncGenerator<Uint8Array> {
  let taken = 0;
  for (let failures = 0; ;) {
    try {
      const { body, at } = await open(url, taken);
      let skip = taken - at;
      for await (const chunk of body) {
        if (skip >= chunk.byteLength) {
          skip -= chunk.byteLength;
          continue;
        }
        const fresh = skip > 0 ? chunk.subarray(skip) : chunk;
        skip = 0;
        taken += fresh.byteLength;
        failures = 0;
        yield fresh;
      }
      return;
    } catch (error) {
      if (error instanceof BugError || ++failures > RETRIES) {
        throw error instanceof BugError || error instanceof TransientError
          ? error
          : new TransientError('shopify-no-answer', 'The connection broke while a bulk result was read', { cause: error });
      }
      await sleep(200 * 2 ** failures);
    }
  }
}

function parse(text: Buffer, number: number): BulkLine {
  try {
    return { number, value: JSON.parse(text.toString('utf8')) as Record<string, unknown> };
  } catch (cause) {
    throw new BugError('shopify-bulk-result-broken', `Line ${number} of a bulk result is not JSON`, {
      cause,
      params: { line: number },
    });
  }
}

/**
 * Streams a result line by line: memory stays flat however long it is. Lines up to `after` were taken before and are passed over unread. Goes on by itself after
 * a broken connection.
 */
export async function* readLines(url: string, after = 0): AsyncGenerator<BulkLine> {
  let number = 0;
  let rest: Buffer[] = [];
  let restLength = 0;
  for await (const part of bytes(url)) {
    const chunk = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      number++;
      const line = restLength > 0 ? Buffer.concat([...rest, piece]) : piece;
      rest = [];
      restLength = 0;
      if (number > after && line.length > 0) yield parse(line, number);
    }
    if (start < chunk.length) {
      // a copy, so that a long line doesn't hold every chunk it came in
      rest.push(Buffer.from(chunk.subarray(start)));
      restLength += chunk.length - start;
      if (restLength > LONGEST_LINE)
        throw new BugError('shopify-bulk-result-broken', `Line ${number + 1} of a bulk result does not end`);
    }
  }
  if (restLength > 0 && ++number > after) yield parse(Buffer.concat(rest), number);
}

/** A record with everything below it, as lines with `__parentId` told. */
export interface BulkGroup {
  root: Record<string, unknown>;
  /** In the order they came; a grandchild's `__parentId` is a child's id. */
  children: Record<string, unknown>[];
  /** Number of the group's last line. */
  lastLine: number;
}

/** Puts the lines of a grouped result (`grouped: true`) together, one root at a time. */
export async function* groupsOf(lines: AsyncIterable<BulkLine>): AsyncGenerator<BulkGroup> {
  let group: BulkGroup | undefined;
  for await (const { number, value } of lines) {
    if (value['__parentId'] === undefined) {
      if (group) yield group;
      group = { root: value, children: [], lastLine: number };
    } else {
      if (!group)
        throw new BugError('shopify-bulk-result-broken', `Line ${number} of a bulk result has no parent before it`, {
          params: { line: number },
        });
      group.children.push(value);
      group.lastLine = number;
    }
  }
  if (group) yield group;
}
