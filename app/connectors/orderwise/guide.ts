import type { GuideStep } from '../contract/index.ts';
import { statusSql, stockSql } from './sql.ts';

const only = (mode: 'rest' | 'classic', steps: GuideStep[]): GuideStep[] =>
  steps.map((step) => ({ ...step, when: { name: 'mode', is: mode } }));

/** Texts: `guide.<id>.title|body|why` in the messages. Each way to connect has its own. */
export const guide: GuideStep[] = [
  { id: 'choose' },
  ...only('rest', [
    { id: 'before' },
    { id: 'session' },
    { id: 'sessionImport' },
    { id: 'sessionAdvanced' },
    { id: 'sessionId', provenBy: 'session' },
    { id: 'user', provenBy: 'login' },
    { id: 'rights', provenBy: 'lists' },
    { id: 'exports', provenBy: 'exports' },
    { id: 'stockSql', code: stockSql },
    { id: 'statusSql', code: statusSql },
    { id: 'settings', provenBy: 'choices' },
  ]),
  ...only('classic', [
    { id: 'classicSession' },
    { id: 'classicImport', provenBy: 'called' },
    { id: 'classicStock' },
    { id: 'classicDespatch' },
    { id: 'classicSecret' },
  ]),
  { id: 'locations' },
  { id: 'mappings' },
  { id: 'switches' },
];
