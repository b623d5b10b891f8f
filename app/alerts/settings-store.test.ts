import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openAlertWorld } from '../../tests/setup/alert-world.ts';

const world = await openAlertWorld();
const { prisma, inShop } = world;
const { readSettings, readSettingsPage, saveSettings } = await import('./settings-store.ts');
const { addRecipient, removeRecipient, sendTest } = await import('./recipients.ts');
const { sendAgain } = await import('./deliveries.ts');
const { listAudit } = await import('../people/audit.ts');
afterAll(() => world.close());

const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;
beforeEach(async () => {
  shopId = (await world.openShop('a')).shopId;
});

const own = { mailServer: 'own', smtpHost: 'mail.example.com', smtpUser: 'shop', smtpFrom: 'shop@example.com' };
const save = (given: Record<string, unknown>) => saveSettings(shopId, ada, given);
const codes = async (given: Record<string, unknown>) => {
  const result = await save(given);
  return result.ok ? null : Object.fromEntries(Object.entries(result.errors).map(([name, { code }]) => [name, code]));
};
const stored = () => inShop(shopId, (tx) => readSettings(tx, shopId));
const audited = async (action: string) => (await inShop(shopId, (tx) => listAudit(tx, shopId, { action }))).rows;

describe('the settings of alerts', () => {
  it('are all at their defaults until somebody changes one; who did is written down', async () => {
    expect((await stored()).settings).toMatchObject({
      silenceAlarm: true,
      silenceMinutes: 120,
      silenceFloor: 10,
      mailServer: 'operator',
    });
    await save({ silenceFloor: 25 });
    expect(await audited('alert-settings-changed')).toMatchObject([
      { userName: 'Ada', before: { silenceFloor: 10 }, after: { silenceFloor: 25 } },
    ]);
  });

  it('keep the password sealed: it stands in no page, no audit entry and no column as it is', async () => {
    await save({ ...own, smtpPassword: 'opensesame' });
    expect((await stored()).password).toBe('opensesame');
    expect(await readSettingsPage(shopId)).toMatchObject({ passwordSet: true });
    const everywhere = JSON.stringify([
      await readSettingsPage(shopId),
      await prisma.auditEntry.findMany({ where: { shopId } }),
      (await prisma.alertSettings.findMany({ where: { shopId } })).map(({ password, settings }) => [
        Buffer.from(password ?? []).toString('latin1'),
        settings,
      ]),
    ]);
    expect(everywhere).not.toContain('opensesame');
  });

  it('keep the password when none is entered, but not for another server or user', async () => {
    await save({ ...own, smtpPassword: 'opensesame' });
    expect(await save({ ...own, smtpPassword: '', silenceFloor: 12 })).toEqual({ ok: true });
    expect((await stored()).password).toBe('opensesame');
    expect(await codes({ ...own, smtpHost: 'evil.example.com' })).toEqual({ smtpPassword: 'password-again' });
    expect(await codes({ ...own, smtpSecurity: 'none' })).toMatchObject({ smtpPassword: 'password-again' });
    expect(await save({ mailServer: 'operator' })).toEqual({ ok: true });
    expect((await stored()).password).toBe('');
  });

  it.each([
    ['no server', { ...own, smtpHost: '' }, { smtpHost: 'required' }],
    ['no sender', { ...own, smtpFrom: '' }, { smtpFrom: 'required' }],
    ['a sender that is none', { ...own, smtpFrom: 'shop' }, { smtpFrom: 'not-an-email' }],
    ['a port that no mail server uses', { ...own, smtpPort: 22 }, { smtpPort: 'no-mail-port' }],
    ['a server with more than a name', { ...own, smtpHost: 'mail.example.com/x' }, { smtpHost: 'wrong-format' }],
    ['a password in the clear', { ...own, smtpSecurity: 'none', smtpPassword: 'x' }, { smtpSecurity: 'password-unencrypted' }],
    ['a password without a user', { ...own, smtpUser: '', smtpPassword: 'x' }, { smtpUser: 'required' }],
    ['a floor below reason', { silenceFloor: 1 }, { silenceFloor: 'too-small' }],
    ['more weeks than are kept', { silenceWeeks: 53 }, { silenceWeeks: 'too-large' }],
  ])('refuse %s at its field and store nothing', async (_, given, expected) => {
    expect(await codes(given)).toEqual(expected);
    expect(await prisma.alertSettings.count({ where: { shopId } })).toBe(0);
  });

  it('switched off, the alarm of silence ends what it said', async () => {
    await prisma.alertSettings.create({ data: { shopId, silentSince: new Date(), silence: { since: 'x', expected: 9 } } });
    await save({ silenceAlarm: false });
    expect(await readSettingsPage(shopId)).toMatchObject({ silence: null });
  });
});

describe('a recipient', () => {
  const given = {
    ...{ channel: 'email', name: 'Desk', address: 'desk@example.com', language: 'en', topics: ['connection'] },
    ...{ severity: 'warning', connectionId: '', delivery: 'now', dailyAt: '08:00', tellClosed: true, active: true },
  };

  it.each([
    ['no name', { name: ' ' }, { name: 'required' }],
    ['an address that is none', { address: 'desk' }, { address: 'not-an-email' }],
    ['no address', { address: '' }, { address: 'required' }],
    ['nothing to be told of', { topics: [] }, { topics: 'required' }],
    ['something nobody knows of', { topics: ['gossip'] }, { topics: 'not-a-choice' }],
    ['a time that is none', { dailyAt: '8 o’clock' }, { dailyAt: 'wrong-format' }],
    ['another shop’s connection', { connectionId: crypto.randomUUID() }, { connectionId: 'not-a-choice' }],
  ])('is refused with %s', async (_, wrong, expected) => {
    const result = await addRecipient(shopId, ada, { ...given, ...wrong });
    expect(result.ok ? null : Object.fromEntries(Object.entries(result.errors).map(([name, { code }]) => [name, code]))).toEqual(
      expected,
    );
  });

  it('that is removed gets nothing more, and each step is written down', async () => {
    const added = await addRecipient(shopId, ada, given);
    const id = added.ok ? added.id : '';
    await sendTest(shopId, ada, id);
    await removeRecipient(shopId, ada, id);
    expect(await prisma.alertDelivery.findMany({ where: { shopId } })).toMatchObject([{ state: 'dropped' }]);
    for (const action of ['recipient-added', 'alert-test-sent', 'recipient-removed'])
      expect(await audited(action)).toHaveLength(1);
    await expect(sendTest(shopId, ada, id)).rejects.toMatchObject({ code: 'recipient-gone' });
  });

  const tests = () => prisma.alertDelivery.count({ where: { shopId, kind: 'test' } });
  const addOne = async (more: Record<string, unknown> = {}) => {
    const added = await addRecipient(shopId, ada, { ...given, ...more });
    return added.ok ? added.id : '';
  };

  it('gets three tests in an hour, and is told when the next one goes, however many are asked for at once', async () => {
    const id = await addOne();
    const first = world.now();
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => sendTest(shopId, ada, id)));
    expect([asked.filter(({ status }) => status === 'fulfilled').length, await tests()]).toEqual([3, 3]);
    const refusal = await sendTest(shopId, ada, id).catch((thrown: unknown) => thrown as { params: Record<string, string> });
    expect(refusal).toMatchObject({ kind: 'rejected', code: 'tests-many', params: { maximum: 3 } });
    const at = Date.parse((refusal as { params: Record<string, string> }).params['at'] ?? '');
    expect(at - first.getTime()).toBeGreaterThanOrEqual(3_600_000);
    expect(at - first.getTime()).toBeLessThan(3_660_000);
    expect((await audited('alert-test-sent')).length).toBe(3);
    await world.pass(61);
    await sendTest(shopId, ada, id);
  });

  it('under ever new names and addresses gets no more tests than a shop has in an hour; another shop has its own', async () => {
    for (let n = 0; n < 10; n += 1) {
      const id = await addOne({ address: `stranger-${n}@example.com` });
      await sendTest(shopId, ada, id);
      await removeRecipient(shopId, ada, id);
    }
    const last = await addOne({ address: 'stranger-11@example.com' });
    await expect(sendTest(shopId, ada, last)).rejects.toMatchObject({ code: 'tests-many', params: { maximum: 10 } });
    shopId = (await world.openShop('b')).shopId;
    await sendTest(shopId, ada, await addOne());
  });

  it('gets a test again as another test, and other messages again only so often in an hour', async () => {
    const id = await addOne();
    const test = await sendTest(shopId, ada, id);
    await sendAgain(shopId, ada, test);
    await sendAgain(shopId, ada, test);
    await expect(sendAgain(shopId, ada, test)).rejects.toMatchObject({ code: 'tests-many' });
    expect(await tests()).toBe(3);
    const told = { shopId, recipientId: id, kind: 'now', content: { entries: [] }, state: 'delivered', createdAt: world.now() };
    const { id: message } = await prisma.alertDelivery.create({ data: told });
    for (let n = 0; n < 50; n += 1) await sendAgain(shopId, ada, message);
    await expect(sendAgain(shopId, ada, message)).rejects.toMatchObject({
      code: 'sent-again-many',
      params: { maximum: 50, at: expect.stringMatching(/^\d{4}-.*Z$/) as string },
    });
    await world.pass(61);
    await sendAgain(shopId, ada, message);
  });

  it('is one of fifty at most, however many are added at once', async () => {
    const at = world.now();
    const form = { ...given, connectionId: null, createdAt: at, updatedAt: at, digestedAt: at };
    await prisma.alertRecipient.createMany({ data: Array.from({ length: 48 }, () => ({ ...form, shopId })) });
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => addOne()));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await prisma.alertRecipient.count({ where: { shopId } })).toBe(50);
  });
});
