import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MappingKind } from '../connectors/contract/index.ts';
import type { ChangePreview } from '../mappings/preview-change.ts';
import type { Failure } from './answer.ts';
import { ChangePreviewText, concernsSomething } from './change-preview.tsx';
import { BlockStack, Confirm, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';

interface Change {
  /** Asked in any case, under this title: a removal. */
  ask?: { title: string; body: string };
  mappings?: { match: string; source: string; target: Record<string, string | null> }[];
  remove?: string[];
}

/** A change of mappings in two steps: what it would change is shown and asked about, unless it concerns nothing; then it is saved. */
export function useMappingChange(
  { connectionId, kind, id }: { connectionId: string; kind: MappingKind; id: string },
  onDone?: () => void,
): { start: (change: Change) => void; busy: boolean; failure: Failure | null; question: ReactNode } {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<{ change: Change; preview: ChangePreview } | null>(null);
  const [waiting, setWaiting] = useState<Change>({});
  const save = useAction(onDone ? { onDone } : {});
  const body = ({ mappings = [], remove = [] }: Change) => ({ connectionId, kind, mappings, remove });
  const preview = useAction<ChangePreview>({
    onDone: (result) => {
      if (result && (waiting.ask || concernsSomething(result))) setAsked({ change: waiting, preview: result });
      else save.run({ intent: 'save', ...body(waiting) });
    },
  });
  return {
    start(change) {
      setWaiting(change);
      preview.run({ intent: 'what-if', ...body(change) });
    },
    busy: preview.busy || save.busy,
    failure: preview.failure ?? save.failure,
    question: (
      <Confirm
        id={`mapping-change-${id}`}
        open={asked !== null}
        title={asked?.change.ask?.title ?? t('mappings.whatIfTitle')}
        action={asked?.change.ask ? t('common.remove') : t('common.save')}
        destructive={asked?.change.ask !== undefined}
        onClose={() => setAsked(null)}
        onConfirm={() => asked && save.run({ intent: 'save', ...body(asked.change) })}
      >
        <BlockStack gap="300">
          {asked?.change.ask ? <Text as="p">{asked.change.ask.body}</Text> : null}
          {asked && concernsSomething(asked.preview) ? <ChangePreviewText preview={asked.preview} /> : null}
        </BlockStack>
      </Confirm>
    ),
  };
}
