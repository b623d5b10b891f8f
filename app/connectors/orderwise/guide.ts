import type { GuideStep } from '../contract/index.ts';
import type { Mode } from './settings.ts';

/** Texts: `guide.<id>.title|body|why` in the messages. */
const rest: GuideStep[] = [
  { id: 'before' },
  { id: 'session' },
  { id: 'sessionImport' },
  { id: 'sessionAdvanced' },
  { id: 'sessionId', provenBy: 'session' },
  { id: 'user', provenBy: 'login' },
  { id: 'rights', provenBy: 'lists' },
  { id: 'exports', provenBy: 'exports' },
  { id: 'stockSql' },
  { id: 'statusSql' },
  { id: 'settings', provenBy: 'choices' },
];
const classic: GuideStep[] = [
  { id: 'classicSession' },
  { id: 'classicImport', provenBy: 'called' },
  { id: 'classicStock' },
  { id: 'classicDespatch' },
  { id: 'classicSecret' },
];
const both: GuideStep[] = [{ id: 'locations' }, { id: 'mappings' }, { id: 'switches' }];

export const guideOf = (mode: Mode): GuideStep[] => [...(mode === 'rest' ? rest : classic), ...both];

/** Both ways, one after the other: each step's title says which of them it is about. */
export const guide: GuideStep[] = [{ id: 'choose' }, ...rest, ...classic, ...both];
