import { wordsOf } from '../../components/words.ts';
import { allConnectors } from '../../connections/known-connectors.ts';
import { loadCatalogue, type Locale } from '../../locales/catalogues.ts';
import { createMessages } from '../../locales/messages.ts';
import type { RunCsvWords } from '../../sync/runs/run-csv.ts';

const columns = ['record', 'action', 'outcome', 'before', 'after', 'reason', 'when'] as const;

/** What a run's file says of each record, in the reader's language. */
export async function runWords(locale: Locale, timeZone: string, connector: string): Promise<RunCsvWords> {
  const messages = createMessages(locale, await loadCatalogue(locale));
  for (const { id, messages: own } of allConnectors())
    messages.addResourceBundle(locale, id, (locale === 'de' ? own.de : undefined) ?? own.en);
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
  const words = wordsOf(messages, (iso) => format.format(new Date(iso)));
  const { t } = messages;
  return {
    headings: columns.map((name) => t(`run.column.${name}`)),
    cells: ({ label, action, outcome, before, after, reason, doneAt }) => [
      label,
      t(`state.plan.${action}`),
      outcome ? t(`run.outcome.${outcome}`) : '',
      before === null ? '' : String(before),
      after === null ? '' : String(after),
      reason ? words.reason(reason.code, reason.params, connector) : '',
      doneAt ? format.format(doneAt) : '',
    ],
  };
}
