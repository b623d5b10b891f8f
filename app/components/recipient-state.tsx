import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecipientView } from '../alerts/recipients.ts';
import { Badge, BlockStack, Text } from './ui/index.ts';
import { useWords } from './use-words.ts';

/** Whether somebody is told, and whether what is sent reaches them; `brief` without the one thing to do. */
export function RecipientState({ recipient, brief = false }: { recipient: RecipientView; brief?: boolean }): ReactNode {
  const { t } = useTranslation();
  const words = useWords();
  const { active, failure } = recipient;
  if (!active) return <Badge>{t('recipients.state.off')}</Badge>;
  if (!failure) return <Badge tone="success">{t('recipients.state.on')}</Badge>;
  const { title, fix } = words.failure(failure.code, failure.params);
  return (
    <BlockStack gap="050">
      <span>
        <Badge tone="critical">{t('recipients.state.failing')}</Badge>
      </span>
      <Text as="span" breakWord>
        {brief ? title : `${title}. ${fix}`}
      </Text>
    </BlockStack>
  );
}
