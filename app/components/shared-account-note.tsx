import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SharedAccount } from '../connections/shared-accounts.ts';
import { useShop } from './shop-context.tsx';
import { Banner, Text } from './ui/index.ts';
import { useWords } from './use-words.ts';

/** Warns of connections that use one account although its vendor forbids it, with what to do. */
export function SharedAccountNote({ shared }: { shared: SharedAccount | undefined }): ReactNode {
  const { i18n } = useTranslation();
  const { connections } = useShop();
  const words = useWords();
  if (!shared) return null;
  const names = shared.connectionIds.map((id) => connections.find((one) => one.id === id)?.name ?? id);
  const list = new Intl.ListFormat(i18n.language).format(names);
  const { title, fix } = words.failure('account-shared', { names: list }, shared.connector);
  return (
    <Banner tone="warning" title={title}>
      <Text as="p">{fix}</Text>
    </Banner>
  );
}
