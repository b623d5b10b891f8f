import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Decision } from './decide-order.ts';
import { overallVerdict } from './overall-verdict.ts';

const now = new Date('2026-11-20T10:00:00Z');
const hold = (code: string, until: string | null = null): Decision => ({
  ...{ verdict: 'hold', reason: { code, params: {} } },
  until: until === null ? null : new Date(until),
});

describe('what an order as a whole is held by, and until when', () => {
  beforeEach(() => void vi.useFakeTimers({ now }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['without an end', [hold('on-hold')], 'on-hold', null],
    ['one that ends', [hold('edit-window', '2026-11-20T10:30:00Z')], 'edit-window', '2026-11-20T10:30:00.000Z'],
    ['one shown that doesn’t end', [hold('risk'), hold('scheduled', '2026-11-25')], 'risk', '2026-11-25T00:00:00.000Z'],
    [
      'the first of several to end',
      [hold('scheduled', '2026-11-25'), hold('pre-order', '2026-11-22'), { verdict: 'send' }],
      'scheduled',
      '2026-11-22T00:00:00.000Z',
    ],
    ['one that should be over', [hold('scheduled', '2026-11-19')], 'scheduled', '2026-11-20T10:15:00.000Z'],
    ['goods without a day, which each run looks at', [hold('back-order'), hold('scheduled', '2026-11-25')], 'back-order', null],
  ] satisfies [string, Decision[], string, string | null][])('%s', (_, decisions, code, until) => {
    const { reason, holdUntil } = overallVerdict(decisions);
    expect([reason?.code, holdUntil?.toISOString() ?? null]).toEqual([code, until]);
  });
});
