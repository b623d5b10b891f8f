import { InlineStack as PolarisInlineStack, type InlineStackProps } from '@shopify/polaris';
import type { ReactNode } from 'react';

/** Things beside each other. Both alignments are always said: Polaris hands an outer stack's on to the inner one. */
export function InlineStack({ align = 'start', blockAlign = 'start', ...rest }: InlineStackProps): ReactNode {
  return <PolarisInlineStack align={align} blockAlign={blockAlign} {...rest} />;
}
