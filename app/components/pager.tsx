import { useLocation, useNavigate } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Pagination } from './ui/index.ts';
import { searchWith } from './search.ts';

/** Leads through the pages of a table; the page is part of the address. */
export function Pager({ page, hasNext, name = 'page' }: { page: number; hasNext: boolean; name?: string }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { search } = useLocation();
  if (page === 1 && !hasNext) return null;
  const go = (to: number): void => navigate({ search: searchWith(search, { [name]: to === 1 ? null : String(to) }) });
  return (
    <div className="cd-center">
      <Pagination
        label={t('common.page', { page })}
        hasPrevious={page > 1}
        hasNext={hasNext}
        onPrevious={() => go(page - 1)}
        onNext={() => go(page + 1)}
      />
    </div>
  );
}
