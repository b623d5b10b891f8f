import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner, List } from './ui/index.ts';

/** What a step over several orders came to. */
export interface StepAnswer {
  done: string[];
  refused: { order: string; code: string; text: string }[];
}

/** Orders that a step could not be done to, each with its reason; the others went on. */
export function StepRefusals({ result }: { result: StepAnswer }): ReactNode {
  const { t } = useTranslation();
  if (result.refused.length === 0) return null;
  return (
    <div role="alert">
      <Banner tone="warning" title={t('stockroom.refused', { count: result.refused.length })}>
        <List>
          {result.refused.map(({ order, text }) => (
            <List.Item key={order}>{text}</List.Item>
          ))}
        </List>
      </Banner>
    </div>
  );
}
