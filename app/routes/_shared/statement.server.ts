import { wordsOf } from '../../components/words.ts';
import { allConnectors } from '../../connections/known-connectors.ts';
import { loadCatalogue, type Locale } from '../../locales/catalogues.ts';
import { createMessages } from '../../locales/messages.ts';
import type { LineFilter } from '../../sync/statement/read-statement.ts';
import type { CsvWords } from '../../sync/statement/statement-csv.ts';
import { buckets, statementKinds } from '../../sync/statement/statement.ts';
import { oneOf } from './page.server.ts';

/** Which lines an address asks for. */
export function lineFilterOf(query: URLSearchParams): LineFilter {
  const kind = oneOf(query, 'kind', statementKinds);
  const bucket = oneOf(query, 'bucket', buckets);
  const code = query.get('code');
  return {
    ...(kind ? { kind } : {}),
    ...(bucket ? { bucket } : {}),
    ...(code === null ? {} : { code }),
    ...(query.has('all') || bucket ? {} : { differences: true }),
  };
}

const columns = ['kind', 'record', 'when', 'state', 'reason', 'found', 'action'] as const;

/** What a file of a statement says of each line. */
export async function statementWords(locale: Locale, timeZone: string, connector: string): Promise<CsvWords> {
  const messages = createMessages(locale, await loadCatalogue(locale));
  for (const { id, messages: own } of allConnectors())
    messages.addResourceBundle(locale, id, (locale === 'de' ? own.de : undefined) ?? own.en);
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const dateTime = (iso: string): string => format.format(new Date(iso));
  const words = wordsOf(messages, dateTime);
  const { t } = messages;
  return {
    headings: columns.map((name) => t(`statement.column.${name}`)),
    cells: ({ kind, label, at, bucket, code, params, found, action }) => [
      t(`statement.kind.${kind}`),
      label,
      at ? dateTime(at) : '',
      t(`statement.bucket.${kind}.${bucket}`),
      code ? words.reason(code, params, connector) : '',
      found ? t(`statement.codes.${found}`) : '',
      action ? t(`statement.action.${action}`) : '',
    ],
  };
}
