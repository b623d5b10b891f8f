import { describe, expect, it } from 'vitest';
import { stateBefore } from './state-before.ts';

describe('what something was before an entry of the log', () => {
  it('is found by taking back each change, the newest first', () => {
    const entries = [
      { before: { a: 2 }, after: { a: 3 } },
      { before: { a: 1, b: true }, after: { a: 2, b: false } },
    ];
    expect(stateBefore({ a: 3, b: false, c: 'same' }, entries)).toEqual({ a: 1, b: true, c: 'same' });
    expect(stateBefore({ a: 3, b: false, c: 'same' }, entries.slice(0, 1))).toEqual({ a: 2, b: false, c: 'same' });
  });

  it('leaves out what had no value then', () => {
    expect(stateBefore({ a: 1, b: 2 }, [{ before: {}, after: { b: 2 } }])).toEqual({ a: 1 });
  });

  it('never brings a secret back', () => {
    expect(stateBefore({ a: 2 }, [{ before: { a: 1, apiKey: '••••' }, after: { a: 2, apiKey: '••••' } }])).toEqual({ a: 1 });
  });

  it('knows what was added and what was removed', () => {
    expect(stateBefore({ method: 'DHL' }, [{ before: null, after: { method: 'DHL' } }])).toBeNull();
    expect(stateBefore(null, [{ before: { method: 'DHL' }, after: null }])).toEqual({ method: 'DHL' });
    const history = [
      { before: { method: 'UPS' }, after: null },
      { before: { method: 'DHL' }, after: { method: 'UPS' } },
      { before: null, after: { method: 'DHL' } },
    ];
    expect(stateBefore(null, history.slice(0, 2))).toEqual({ method: 'DHL' });
    expect(stateBefore(null, history)).toBeNull();
  });
});
