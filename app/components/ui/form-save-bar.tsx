import { SaveBar } from '@shopify/app-bridge-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface FormSaveBarProps {
  /** Unique in the page. */
  id: string;
  open: boolean;
  saving: boolean;
  onSave: () => void;
  onDiscard: () => void;
}

/** The admin's own bar over a form with changes; it also keeps people from leaving by mistake. */
export function FormSaveBar({ id, open, saving, onSave, onDiscard }: FormSaveBarProps): ReactNode {
  const { t } = useTranslation();
  return (
    <SaveBar id={id} open={open} discardConfirmation>
      <button variant="primary" onClick={onSave} {...(saving ? { loading: '' } : {})}>
        {t('common.save')}
      </button>
      <button onClick={onDiscard} disabled={saving}>
        {t('common.discard')}
      </button>
    </SaveBar>
  );
}
