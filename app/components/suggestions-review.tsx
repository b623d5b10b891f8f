import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BlockStack, Button, Confirm, List, Text } from './ui/index.ts';

interface SuggestionsReviewProps {
  suggestions: { source: string; label: string; shown: string }[];
  disabled: boolean;
  onAccept: () => void;
}

/** All suggestions on one page, taken over with one yes. */
export function SuggestionsReview({ suggestions, disabled, onAccept }: SuggestionsReviewProps): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (suggestions.length === 0) return null;
  return (
    <>
      <Button disabled={disabled} onClick={() => setOpen(true)}>
        {t('mappings.review', { count: suggestions.length })}
      </Button>
      <Confirm
        id="accept-suggestions"
        open={open}
        title={t('mappings.reviewTitle')}
        action={t('mappings.acceptAll')}
        onClose={() => setOpen(false)}
        onConfirm={onAccept}
      >
        <BlockStack gap="200">
          <Text as="p">{t('mappings.reviewHelp')}</Text>
          <List>
            {suggestions.map(({ source, label, shown }) => (
              <List.Item key={source}>{t('mappings.pair', { from: label, to: shown })}</List.Item>
            ))}
          </List>
        </BlockStack>
      </Confirm>
    </>
  );
}
