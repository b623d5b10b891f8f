import { expect, it } from 'vitest';
import { z } from 'zod';
import { fakeConnector } from './fake-connector.test-data.ts';
import { describeSettings, isShown } from './settings-form.ts';

const fields = describeSettings(fakeConnector({ facilities: [], key: '' }));
const field = (name: string) => fields.find((one) => one.name === name);

it('each setting of the schema becomes a field of its type, in the order of the schema', () => {
  expect(fields.map(({ name, type }) => [name, type])).toEqual([
    ['mode', 'choice'],
    ['baseUrl', 'text'],
    ['account', 'text'],
    ['apiKey', 'secret'],
    ['pageSize', 'number'],
    ['sandboxMode', 'boolean'],
    ['region', 'choice'],
    ['ownPort', 'number'],
  ]);
});

it('a field knows its default, its choices, its bounds, its placeholder and its catalogue keys', () => {
  expect(field('mode')).toMatchObject({ default: 'cloud', options: ['cloud', 'own'], required: false });
  expect(field('region')).toMatchObject({ default: 'eu', options: ['eu', 'us'] });
  expect(field('baseUrl')).toMatchObject({
    isUrl: true,
    required: true,
    placeholder: 'https://erp.example.com',
    labelKey: 'settings.baseUrl.label',
    helpKey: 'settings.baseUrl.help',
  });
  expect(field('pageSize')).toMatchObject({ minimum: 1, maximum: 500, default: 100 });
  expect(field('sandboxMode')).toMatchObject({ default: false });
  expect(field('account')).toMatchObject({ required: true, default: null, options: [], minimum: null });
});

it('a field with a condition is shown only while it holds', () => {
  const port = field('ownPort');
  expect(port?.when).toEqual({ name: 'mode', is: 'own' });
  expect(port && isShown(port, { mode: 'own' })).toBe(true);
  expect(port && isShown(port, { mode: 'cloud' })).toBe(false);
});

it('metadata is found below defaults, and what may be null is drawn as what it is otherwise', () => {
  const settings = z.object({ token: z.string().meta({ secret: true }).default('x'), limit: z.int().nullable().default(null) });
  expect(describeSettings({ settings })).toMatchObject([
    { name: 'token', type: 'secret', required: false },
    { name: 'limit', type: 'number', required: false, default: null },
  ]);
});

it('a setting that no form can draw is named at once', () => {
  expect(() => describeSettings({ settings: z.object({ list: z.array(z.string()) }) })).toThrow(/"list"/);
});

it('a field that only one mode needs is required where it is shown', () => {
  const settings = z.object({
    mode: z.enum(['calls', 'called']).default('calls'),
    user: z
      .string()
      .default('')
      .meta({ needed: true, when: { name: 'mode', is: 'calls' } }),
  });
  expect(describeSettings({ settings }).map(({ name, required }) => [name, required])).toEqual([
    ['mode', false],
    ['user', true],
  ]);
});
