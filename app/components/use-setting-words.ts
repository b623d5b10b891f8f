import { useTranslation } from 'react-i18next';
import type { Section } from '../connections/plan-take-over.ts';
import { useWords } from './use-words.ts';

export interface SettingWords {
  section: (section: Section) => string;
  /** The setting as its form calls it; what is mapped as it stands. */
  name: (section: Section, name: string) => string;
  value: (section: Section, name: string, value: unknown) => string;
  /** Both sides of an entry of the log about a mapping. */
  answer: (target: Record<string, unknown>) => string;
}

/** Settings and their values as the forms say them, for lists that show settings of every kind: a preview, the audit log. A connector words its own. */
export function useSettingWords(): (connector: string | null) => SettingWords {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const said = (keys: string[]): string | null => {
    const key = keys.find((one) => i18n.exists(one));
    return key ? t(key) : null;
  };
  const one = (texts: string[], name: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return '–';
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
    if (typeof value === 'number') return value.toLocaleString(i18n.language);
    if (typeof value !== 'string') return JSON.stringify(value);
    return said(texts.map((key) => `${key}.${name}.options.${value}`)) ?? words.word(name, value);
  };
  /** An answer of a mapping: what it is mapped to, and what of it isn't as usual. */
  const parts = (target: Record<string, unknown>): string => {
    const goods = target['class'];
    const said = Object.entries(target).flatMap(([name, part]): string[] => {
      if (typeof part !== 'string' || part === '') return [];
      if (name === 'class') return [t(`mappings.classes.${part}`)];
      if (name === 'match') return part === 'exact' ? [] : [t(`mappings.rule.${part}`)];
      if (name === 'lines') return goods === 'physical' ? [] : [t(`mappings.lineRules.${part}`)];
      return [part];
    });
    return said.join(' · ') || '–';
  };
  return (connector) => {
    const textsOf = (section: Section): string[] => {
      if (section.of === 'sync') return [`settings.${section.kind}`];
      return section.of === 'connection' && connector ? [`${connector}:settings`] : [];
    };
    return {
      answer: parts,
      section: (section) => {
        if (section.of === 'connection') return t('connections.settings');
        if (section.of === 'schedule') return `${t(`sync.${section.kind}.name`)}: ${t('schedule.title')}`;
        return section.of === 'sync' ? t(`sync.${section.kind}.name`) : t(`mappings.${section.kind}.name`);
      },
      name: (section, name) => {
        if (section.of === 'mapping') return name || t('takeOver.all');
        if (name === '') return t('takeOver.all');
        if (section.of === 'schedule') return words.word('field', name);
        // Several at once stand side by side.
        const each = name.split(' ').map((single) => said(textsOf(section).map((texts) => `${texts}.${single}.label`)));
        return each.every((text) => text !== null) ? each.join(', ') : words.word('field', name);
      },
      value: (section, name, value) => {
        if (Array.isArray(value)) return value.map((item) => one(textsOf(section), name, item)).join(', ') || '–';
        if (section.of === 'mapping' && value !== null && typeof value === 'object')
          return parts(value as Record<string, unknown>);
        if (section.of === 'schedule' && name === 'mode') return t(`schedule.modes.${String(value)}.name`);
        return one(textsOf(section), name, value);
      },
    };
  };
}
