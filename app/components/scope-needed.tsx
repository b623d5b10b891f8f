import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OptionalScope } from '../core/access-scopes.ts';
import { useMay } from './shop-context.tsx';
import { Banner, BlockStack, Button, Text } from './ui/index.ts';
import type { ScopeAccess } from './use-scope.ts';

interface ScopeNeededProps {
  scope: OptionalScope;
  access: ScopeAccess;
  /** What is missing here without it; otherwise what is missing anywhere. */
  without?: string;
}

/** What an optional scope is for, what is missing without it, and the button to grant it. Nothing once it is granted. */
export function ScopeNeeded({ scope, access, without }: ScopeNeededProps): ReactNode {
  const { t } = useTranslation();
  const may = useMay('operator');
  if (access.granted) return null;
  return (
    <Banner tone="warning" title={t(access.declined ? 'scopes.declined' : 'scopes.needed', { scope: t(`scopes.${scope}.name`) })}>
      <BlockStack gap="200">
        <Text as="p">{without ?? t(`scopes.${scope}.without`)}</Text>
        <div>
          <Button loading={access.busy} disabled={!may} onClick={() => access.ask()}>
            {t('scopes.ask')}
          </Button>
        </div>
      </BlockStack>
    </Banner>
  );
}
