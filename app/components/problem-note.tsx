import type { ReactNode } from 'react';
import { BlockStack, Text } from './ui/index.ts';
import { useWords } from './use-words.ts';

/** A record's problem or reason inside a table. */
export function ProblemNote({
  cause,
  params,
  connector,
  brief = false,
}: {
  cause: string;
  params?: Record<string, string | number>;
  connector?: string | undefined;
  /** In a long list: what to do stands above it, once for all that have the same cause. */
  brief?: boolean;
}): ReactNode {
  const words = useWords();
  const { title, fix } = words.failure(cause, params, connector);
  return (
    <BlockStack gap="050">
      <Text as="span" tone="critical">
        {title}
      </Text>
      {brief ? null : (
        <Text as="span" tone="subdued">
          {fix}
        </Text>
      )}
    </BlockStack>
  );
}
