import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LeftOut, TakeOverChange } from '../connections/plan-take-over.ts';
import { BlockStack, Box, Card, RecordTable, Text, type Column } from './ui/index.ts';
import { useSettingWords } from './use-setting-words.ts';

/** Every setting and mapping that would change, as it is and as it would be, and what can't be taken over with its reason. */
export function TakeOverPreview({
  connector,
  changes,
  left,
}: {
  connector: string;
  changes: TakeOverChange[];
  left: LeftOut[];
}): ReactNode {
  const { t } = useTranslation();
  const words = useSettingWords()(connector);
  const columns: Column<TakeOverChange>[] = [
    { id: 'name', title: t('takeOver.setting'), lead: true, cell: ({ section, name }) => words.name(section, name) },
    { id: 'section', title: t('takeOver.section'), cell: ({ section }) => words.section(section) },
    { id: 'now', title: t('takeOver.now'), cell: ({ section, name, now }) => words.value(section, name, now) },
    { id: 'then', title: t('takeOver.then'), cell: ({ section, name, then }) => words.value(section, name, then) },
  ];
  const leftColumns: Column<LeftOut>[] = [
    { id: 'name', title: t('takeOver.setting'), lead: true, cell: ({ section, name }) => words.name(section, name) },
    { id: 'section', title: t('takeOver.section'), cell: ({ section }) => words.section(section) },
    { id: 'why', title: t('common.reason'), cell: ({ reason }) => t(`takeOver.left.${reason.code}`, reason.params) },
  ];
  return (
    <BlockStack gap="400">
      <Card padding="0">
        <Box padding="400">
          <Text as="h2" variant="headingMd">
            {t('takeOver.changes', { count: changes.length })}
          </Text>
        </Box>
        {changes.length > 0 ? (
          <RecordTable
            caption={t('takeOver.changes', { count: changes.length })}
            columns={columns}
            rows={changes}
            rowKey={({ section, name }) => JSON.stringify([section, name])}
          />
        ) : null}
      </Card>
      {left.length > 0 ? (
        <Card padding="0">
          <Box padding="400">
            <Text as="h2" variant="headingMd">
              {t('takeOver.leftTitle')}
            </Text>
          </Box>
          <RecordTable
            caption={t('takeOver.leftTitle')}
            columns={leftColumns}
            rows={left}
            rowKey={({ section, name, reason }) => JSON.stringify([section, name, reason])}
          />
        </Card>
      ) : null}
    </BlockStack>
  );
}
