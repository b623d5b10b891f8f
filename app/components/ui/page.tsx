import { TitleBar } from '@shopify/app-bridge-react';
import { Page as PolarisPage } from '@shopify/polaris';
import type { ReactNode } from 'react';

export interface PageAction {
  label: string;
  onAction?: () => void;
  url?: string;
  disabled?: boolean;
  loading?: boolean;
  destructive?: boolean;
}

interface PageProps {
  title: string;
  subtitle?: string;
  /** Status badges beside the title. */
  badges?: ReactNode;
  /** Every page that isn't in the menu leads back to one that is. */
  back?: { label: string; url: string };
  primary?: PageAction;
  actions?: PageAction[];
  width?: 'default' | 'full' | 'narrow';
  children?: ReactNode;
}

const actionOf = ({ label, ...rest }: PageAction) => ({ content: label, ...rest });

/** A page's frame: its heading and actions, and its name in the admin's own title bar. */
export function Page({
  title,
  subtitle,
  badges,
  back,
  primary,
  actions = [],
  width = 'default',
  children,
}: PageProps): ReactNode {
  return (
    <PolarisPage
      title={title}
      fullWidth={width === 'full'}
      narrowWidth={width === 'narrow'}
      {...(subtitle ? { subtitle } : {})}
      {...(badges ? { titleMetadata: badges } : {})}
      {...(back ? { backAction: { content: back.label, url: back.url } } : {})}
      {...(primary ? { primaryAction: actionOf(primary) } : {})}
      secondaryActions={actions.map(actionOf)}
    >
      <TitleBar title={title} />
      {children}
      <div className="cd-page-end" />
    </PolarisPage>
  );
}
