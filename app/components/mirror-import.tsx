import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MirroredMapping } from '../connectors/contract/index.ts';
import type { MirroredChoice } from '../sync/mirror/import-mirrored.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, ChoiceList, Confirm, InlineStack, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useToast } from './ui/index.ts';
import { useWords } from './use-words.ts';

interface MirrorImportProps {
  connectionId: string;
  /** The back office's name. */
  name: string;
  kinds: MirroredMapping['kind'][];
  /** Why nothing can be written there. */
  failure: { code: string; params: Record<string, string | number>; connector: string } | null;
}

const keyOf = ({ kind, source }: Pick<MirroredChoice, 'kind' | 'source'>): string => `${kind} ${source}`;

/** A back office that keeps mappings of its own: what people made there can be taken over, what is made here stands there too. */
export function MirrorImport({ connectionId, name, kinds, failure }: MirrorImportProps): ReactNode {
  const { t } = useTranslation();
  const words = useWords();
  const toast = useToast();
  const may = useMay('administrator');
  const [offered, setOffered] = useState<MirroredChoice[]>([]);
  const [chosen, setChosen] = useState<string[]>([]);
  const url = '/app/mirror';
  const look = useAction<MirroredChoice[]>({
    url,
    onDone: (found = []) => {
      setOffered(found);
      // What stands otherwise here is only replaced when somebody says so.
      setChosen(found.filter(({ here }) => here === null).map(keyOf));
      if (found.length === 0) toast(t('mappings.mirrorSame', { backOffice: name }));
    },
  });
  const take = useAction({ url });
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack align="space-between" blockAlign="center" gap="300">
          <Text as="p">{t('mappings.mirror', { backOffice: name })}</Text>
          <Button
            disabled={!may}
            loading={look.busy || take.busy}
            onClick={() => look.run({ intent: 'preview', connectionId, kinds })}
          >
            {t('mappings.mirrorImport', { backOffice: name })}
          </Button>
        </InlineStack>
        <FailureBanner failure={look.failure ?? take.failure} />
        {failure ? (
          <Text as="p" tone="caution">
            {t('mappings.mirrorKept', { why: words.failure(failure.code, failure.params, failure.connector).title })}
          </Text>
        ) : null}
        <Confirm
          id="mirror-import"
          open={offered.length > 0}
          title={t('mappings.mirrorTitle', { backOffice: name })}
          action={t('mappings.mirrorTake', { count: chosen.length })}
          onClose={() => setOffered([])}
          onConfirm={() => {
            const wanted = offered.filter((one) => chosen.includes(keyOf(one)));
            if (wanted.length > 0)
              take.run({ intent: 'import', connectionId, chosen: wanted.map(({ kind, source }) => ({ kind, source })) });
          }}
        >
          <ChoiceList
            title={t('mappings.mirrorTitle', { backOffice: name })}
            titleHidden
            allowMultiple
            selected={chosen}
            onChange={setChosen}
            choices={offered.map((one) => ({
              value: keyOf(one),
              label: t('mappings.pair', { from: one.label, to: one.there }),
              ...(one.here === null ? {} : { helpText: t('mappings.mirrorHere', { value: one.here || '–' }) }),
            }))}
          />
        </Confirm>
      </BlockStack>
    </Card>
  );
}
