import { useCallback, useState } from 'react';

/** Fetches a file of the app and hands it to the browser: a plain link would go without the session token. */
export function useDownload(): { download: (url: string, name: string) => void; busy: boolean; failed: boolean } {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const download = useCallback((url: string, name: string): void => {
    const fetchFile = async (): Promise<void> => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`The file answered ${response.status}`);
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await response.blob());
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    };
    setState('busy');
    fetchFile().then(
      () => setState('idle'),
      () => setState('failed'),
    );
  }, []);
  return { download, busy: state === 'busy', failed: state === 'failed' };
}
