import { useTranslation } from 'react-i18next';
import type { Section } from '../connections/plan-take-over.ts';
import type { AuditedSetting } from '../people/audit.ts';
import { useShop } from './shop-context.tsx';
import { useSettingWords } from './use-setting-words.ts';
import { useWords } from './use-words.ts';

/** An entry of the audit log as its page shows it. */
export interface Change {
  id: string;
  at: string;
  userName: string;
  action: string;
  subject: string;
  connectionId: string | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  /** Set when an earlier version can be restored. */
  section: Section | null;
}

interface ChangeWords {
  subject: (change: Pick<Change, 'subject' | 'connectionId'>) => string;
  side: (change: Change, side: Record<string, unknown>) => string;
  setting: (setting: AuditedSetting) => string;
}

/** Entries of the audit log in the words of the forms that made them. */
export function useChangeWords(): ChangeWords {
  const { t } = useTranslation();
  const { connections } = useShop();
  const words = useWords();
  const wordsFor = useSettingWords();
  const connectorOf = (id: string | null): string | null => connections.find((one) => one.id === id)?.connector ?? null;
  const connectors = [...new Set(connections.map(({ connector }) => connector))];
  const said = (subject: string): { kind: string; name: string } => {
    const [kind = '', ...rest] = subject.split(' ');
    const name = rest.join(' ');
    return { kind: words.word('subject', kind), name: kind === 'sync' ? t(`sync.${name}.name`) : name };
  };
  const sectionFor = (subject: string): Section | null => {
    const [kind, name] = subject.split(' ');
    if (kind === 'sync') return { of: 'sync', kind: name } as Section;
    return kind === 'connection' ? { of: 'connection' } : null;
  };
  return {
    subject: ({ subject, connectionId }) => {
      const { kind, name } = said(subject);
      const connection = connections.find(({ id }) => id === connectionId);
      const whole = name ? t('changes.subjectName', { kind, name }) : kind;
      return connection && !subject.startsWith('connection ') && connections.length > 1 ? `${whole} (${connection.name})` : whole;
    },
    side: (change, side) => {
      const section = change.section ?? sectionFor(change.subject);
      const tellers = wordsFor(connectorOf(change.connectionId));
      if (section?.of === 'mapping') return tellers.answer(side);
      const parts = Object.entries(side).map(([name, value]) =>
        t('changes.value', {
          name: section ? tellers.name(section, name) : words.word('field', name),
          value: tellers.value(section ?? { of: 'connection' }, name, value),
        }),
      );
      return parts.join(', ') || '–';
    },
    setting: ({ subject, name }) => {
      const section = sectionFor(subject);
      if (!section) return t('changes.value', { name: said(subject).kind, value: words.word('field', name) });
      // Two connectors may have a setting of one name: the first that words it does.
      const named = connectors.map((connector) => wordsFor(connector).name(section, name)).find((text) => text !== name);
      return t('changes.value', { name: wordsFor(null).section(section), value: named ?? words.word('field', name) });
    },
  };
}
