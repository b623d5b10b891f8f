import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openAlertWorld } from '../../tests/setup/alert-world.ts';

const world = await openAlertWorld();
const { prisma, inShop } = world;
const { readSettings, readSettingsPage, saveSettings } = await import('./settings-store.ts');
const { addRecipient, removeRecipient, sendTest } = await import('./recipients.ts');
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
});
