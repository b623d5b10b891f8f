import { env } from '../env.server.ts';
import type { AlertEvent, AlertView, DeliveryContent, Entry } from './alert.ts';

/** The words of one language, in the shop's zone. */
export interface AlertTexts {
  /** A message of the catalogue. */
  t(key: string, params?: Record<string, string | number>): string;
  /** What is wrong, in one line. */
  headline(alert: AlertView): string;
  /** The one thing to do. */
  remedy(alert: AlertView): string;
  evidence(code: string): string;
  dateTime(iso: string): string;
}

interface Message {
  kind: string;
  createdAt: Date;
  content: DeliveryContent;
  shop: { name: string; domain: string };
}

/** The order in which a message tells what happened. */
const events: AlertEvent[] = ['opened', 'worse', 'closed', 'open'];

/** The app's page, inside the shop's admin. */
const pageOf = ({ domain }: Message['shop']): string => `https://${domain}/admin/apps/${env.SHOPIFY_API_KEY}/app/alerts`;
const shopName = ({ name, domain }: Message['shop']): string => name || domain;

function subjectOf({ kind, content, shop }: Message, { t, headline }: AlertTexts): string {
  const who = shopName(shop);
  const [first, ...others] = content.entries;
  if (!first) return t('alertMessage.testSubject', { shop: who });
  if (kind === 'digest') {
    const open = content.entries.filter(({ event }) => event !== 'closed').length;
    return t('alertMessage.digestSubject', { shop: who, count: open });
  }
  if (others.length > 0) return t('alertMessage.severalSubject', { shop: who, count: content.entries.length });
  return t(`alertMessage.subject.${first.event}`, { shop: who, headline: headline(first.alert) });
}

/** The lines of one alert: what, what to do, what it concerns, since when, or how we know that it is over. */
function linesOf({ event, alert }: Entry, texts: AlertTexts): string[] {
  const { t } = texts;
  const rest = alert.count - alert.labels.length;
  const names = alert.labels.join(', ');
  const concerned =
    names === ''
      ? []
      : [rest > 0 ? t('alertMessage.recordsAndMore', { names, count: rest }) : t('alertMessage.records', { names })];
  if (event === 'closed') {
    const when = texts.dateTime(alert.closedAt ?? alert.openedAt);
    return [t('alertMessage.closedAt', { when }), ...(alert.evidence ? [texts.evidence(alert.evidence)] : [])];
  }
  return [texts.remedy(alert), ...concerned, t('alertMessage.since', { when: texts.dateTime(alert.since) })];
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign);

/** A message as e-mail: plain text, and the same as plain HTML. */
export function mailOf(message: Message, texts: AlertTexts): { subject: string; text: string; html: string } {
  const { t, headline } = texts;
  const { content, shop } = message;
  const page = pageOf(shop);
  const footer = t('alertMessage.footer', { shop: shopName(shop) });
  const text: string[] = [];
  const html: string[] = [];
  if (content.entries.length === 0) {
    text.push(t('alertMessage.test'), '');
    html.push(`<p>${escaped(t('alertMessage.test'))}</p>`);
  }
  for (const event of events) {
    const own = content.entries.filter((entry) => entry.event === event);
    if (own.length === 0) continue;
    const heading = t(`alertMessage.heading.${event}`, { count: own.length });
    text.push(heading, '='.repeat(heading.length), '');
    html.push(`<h2 style="font-size:16px;margin:20px 0 8px">${escaped(heading)}</h2>`);
    for (const entry of own) {
      const mark = entry.alert.severity === 'critical' && event !== 'closed' ? `${t('alerts.severity.critical')}: ` : '';
      const title = `${mark}${headline(entry.alert)}`;
      const lines = linesOf(entry, texts);
      text.push(title, ...lines.map((line) => `  ${line}`), '');
      html.push(`<p style="margin:0 0 12px"><strong>${escaped(title)}</strong><br>${lines.map(escaped).join('<br>')}</p>`);
    }
  }
  text.push(page, '', footer);
  html.push(`<p><a href="${escaped(page)}">${escaped(t('alertMessage.open'))}</a></p>`);
  html.push(`<p style="color:#616161;font-size:12px">${escaped(footer)}</p>`);
  return {
    subject: subjectOf(message, texts),
    text: text.join('\n'),
    html: `<div style="font-family:sans-serif;font-size:14px;color:#303030;max-width:600px">${html.join('\n')}</div>`,
  };
}

function dataOf(alert: AlertView, { headline, remedy, evidence }: AlertTexts) {
  const { id, topic, severity, cause, sync, count, labels, since, openedAt, closedAt } = alert;
  return {
    ...{ id, topic, severity, cause, sync, count },
    title: headline(alert),
    fix: closedAt ? null : remedy(alert),
    records: labels,
    connection: alert.connectionId ? { id: alert.connectionId, name: alert.connectionName } : null,
    ...{ since, openedAt, closedAt },
    evidence: alert.evidence ? { code: alert.evidence, text: evidence(alert.evidence) } : null,
  };
}

/** A message as the body of a webhook: `type`, `timestamp`, `data`, as Standard Webhooks has it. */
export function webhookOf({ kind, createdAt, content, shop }: Message, texts: AlertTexts): Record<string, unknown> {
  const timestamp = createdAt.toISOString();
  const about = { shop: shop.domain, url: pageOf(shop) };
  const [first] = content.entries;
  if (!first) return { type: 'alert.test', timestamp, data: { ...about, text: texts.t('alertMessage.test') } };
  if (kind !== 'digest') return { type: `alert.${first.event}`, timestamp, data: { ...about, ...dataOf(first.alert, texts) } };
  const entries = content.entries.map(({ event, alert }) => ({ event, ...dataOf(alert, texts) }));
  return { type: 'alert.digest', timestamp, data: { ...about, entries } };
}
