import { Modal, TitleBar } from '@shopify/app-bridge-react';
import { Box } from '@shopify/polaris';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ConfirmProps {
  /** Unique in the page. */
  id: string;
  open: boolean;
  title: string;
  /** Says what will happen, with the names and numbers it will happen to. */
  children: ReactNode;
  action: string;
  destructive?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that isn't easily taken back. */
export function Confirm({ id, open, title, children, action, destructive = false, onConfirm, onClose }: ConfirmProps): ReactNode {
  const { t } = useTranslation();
  const confirm = (): void => {
    onClose();
    onConfirm();
  };
  return (
    <Modal id={id} open={open} onHide={onClose} variant="small">
      <Box padding="400">{children}</Box>
      <TitleBar title={title}>
        <button variant="primary" {...(destructive ? { tone: 'critical' } : {})} onClick={confirm}>
          {action}
        </button>
        <button onClick={onClose}>{t('common.cancel')}</button>
      </TitleBar>
    </Modal>
  );
}
