import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bucket, StatementKind, Sum } from '../sync/statement/statement.ts';
import { BlockStack, Card, InlineStack, Link, Text } from './ui/index.ts';
import { useFormats } from './use-formats.ts';
import { useStatementWords } from './use-statement-words.ts';

interface SumProps {
  kind: StatementKind;
  sum: Sum;
  connector: string;
  /** Address of the records of a bucket, or of one reason in it. */
  urlOf: (bucket: Bucket, code?: string) => string;
  /** What else is to be said under the equation. */
  notes?: string[];
}

const terms: readonly Bucket[] = ['matched', 'held', 'excluded', 'failed', 'gap'];

/** One kind's equation in one line: all there are = the buckets they are in. Each number opens its records. */
export function StatementSum({ kind, sum, connector, urlOf, notes = [] }: SumProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const { brief } = useStatementWords(connector);
  // What needs somebody first.
  const named = [...sum.reasons].sort((a, b) => terms.indexOf(b.bucket) - terms.indexOf(a.bucket) || b.count - a.count);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t(`statement.title.${kind}`)}
        </Text>
        <dl className="cd-equation">
          <div className="cd-equation-sum">
            <dt>{t(`statement.source.${kind}`)}</dt>
            <dd>{formats.number(sum.total)}</dd>
          </div>
          {terms.map((bucket) => {
            const count = sum.buckets[bucket];
            // Levels that are right are counted, not listed: there may be millions.
            const listed = count > 0 && !(kind === 'level' && bucket === 'matched');
            return (
              <div key={bucket} data-bucket={bucket} data-some={count > 0 ? '' : undefined}>
                <dt>{t(`statement.bucket.${kind}.${bucket}`)}</dt>
                <dd>{listed ? <Link url={urlOf(bucket)}>{formats.number(count)}</Link> : formats.number(count)}</dd>
              </div>
            );
          })}
        </dl>
        {named.length > 0 ? (
          <InlineStack gap="300">
            {named.map(({ bucket, code, count }) => (
              <Link key={`${bucket} ${code}`} url={urlOf(bucket, code)} monochrome>
                {t('statement.reasonCount', { reason: brief(code), count })}
              </Link>
            ))}
          </InlineStack>
        ) : null}
        {notes.map((note) => (
          <Text key={note} as="p" tone="subdued">
            {note}
          </Text>
        ))}
      </BlockStack>
    </Card>
  );
}
