import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SetupSuggestions } from '../sync/setup/suggestions.ts';
import { BlockStack, Box, Card, InlineStack, Link, RecordTable, Text, type Column } from './ui/index.ts';

interface Row {
  key: string;
  from: string;
  to: string;
}

/** What is suggested, section by section in the order of setting up. */
export function SuggestionsTable({
  found,
  connection,
}: {
  found: SetupSuggestions;
  connection: { id: string; name: string };
}): ReactNode {
  const { t } = useTranslation();
  const sections: { id: string; title: string; rows: Row[] }[] = [
    ...[...Map.groupBy(found.mappings, ({ kind }) => kind)]
      .filter(([kind]) => kind === 'product-type')
      .map(([kind, list]) => ({
        id: kind,
        title: t(`mappings.${kind}.name`),
        rows: list.map(({ key, label, target, shown }) => ({
          ...{ key, from: label },
          to: [shown, t(`mappings.classes.${target['class'] ?? 'physical'}`)].filter(Boolean).join(' · '),
        })),
      })),
    {
      id: 'location',
      title: t('nav.locations'),
      rows: found.locations.map(({ key, name, facility }) => ({
        ...{ key, from: name },
        to: facility ? facility.name : t('suggested.newFacility', { name }),
      })),
    },
    ...[...Map.groupBy(found.mappings, ({ kind }) => kind)]
      .filter(([kind]) => kind !== 'product-type')
      .map(([kind, list]) => ({
        id: kind,
        title: t(`mappings.${kind}.name`),
        rows: list.map(({ key, label, shown }) => ({ key, from: label, to: shown })),
      })),
  ].filter(({ rows }) => rows.length > 0);
  const columns: Column<Row>[] = [
    { id: 'from', title: t('suggested.inShopify'), lead: true, cell: ({ from }) => from },
    { id: 'to', title: t('suggested.in', { name: connection.name }), cell: ({ to }) => to },
  ];
  return (
    <>
      {sections.map(({ id, title, rows }) => (
        <Card key={id} padding="0">
          <BlockStack>
            <Box padding="400">
              <InlineStack align="space-between" blockAlign="center" gap="200">
                <Text as="h2" variant="headingMd">
                  {title}
                </Text>
                <Link
                  url={id === 'location' ? '/app/locations' : `/app/mappings?kind=${id}&connection=${connection.id}`}
                  accessibilityLabel={`${title}: ${t('suggested.differently')}`}
                >
                  {t('suggested.differently')}
                </Link>
              </InlineStack>
            </Box>
            <RecordTable caption={title} columns={columns} rows={rows} rowKey={({ key }) => key} />
          </BlockStack>
        </Card>
      ))}
    </>
  );
}
