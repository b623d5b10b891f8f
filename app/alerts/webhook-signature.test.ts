import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newSecret, signedHeaders } from './webhook-signature.ts';

const body = '{"test": 2432232314}';
const at = 1_614_265_330_000;

/** What docs/operations.md gives to receivers. */
async function fromTheDocs() {
  const text = readFileSync('docs/operations.md', 'utf8');
  const code = /```js\n([\s\S]*?isFromCrossdock[\s\S]*?)```/.exec(text)?.[1] ?? '';
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const { isFromCrossdock } = (await import(/* @vite-ignore */ url)) as {
    isFromCrossdock: (headers: Record<string, string>, body: string, secret: string, now: number) => boolean;
  };
  return isFromCrossdock;
}

describe('the signature of a webhook', () => {
  it('is the one that the Standard Webhooks specification gives for its own example', () => {
    const headers = signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', body, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], at);
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is verified by what the documentation gives to receivers, and nothing else is', async () => {
    const verify = await fromTheDocs();
    const [secret, next] = [newSecret(), newSecret()];
    const headers = signedHeaders('msg_1', body, [next, secret], at);
    const now = at / 1000;
    expect([secret, next].map((one) => verify(headers, body, one, now))).toEqual([true, true]);
    expect(verify(headers, body, newSecret(), now)).toBe(false);
    expect(verify(headers, `${body} `, secret, now)).toBe(false);
    expect(verify({ ...headers, 'webhook-id': 'msg_2' }, body, secret, now)).toBe(false);
    expect(verify(headers, body, secret, now + 301)).toBe(false);
  });

  it('is made with a secret of 32 random bytes, another one each time', () => {
    const secret = newSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newSecret()).not.toBe(secret);
  });
});
