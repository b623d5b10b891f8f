import { useTranslation } from 'react-i18next';
import { useToast } from './ui/index.ts';

/** Copies what support asks for about a problem: worked out when it is asked for, because it reads what was said to the other side. */
export function useCopySupport(): (problemId: string) => void {
  const { t } = useTranslation();
  const toast = useToast();
  return (problemId) => {
    const copy = async (): Promise<void> => {
      const response = await fetch(`/app/support?problem=${problemId}`);
      const { text } = (await response.json()) as { text: string };
      await navigator.clipboard.writeText(text);
    };
    copy().then(
      () => toast(t('run.copied')),
      () => toast(t('run.copyFailed')),
    );
  };
}
