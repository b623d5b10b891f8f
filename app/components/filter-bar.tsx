import { useLocation, useNavigate } from '@remix-run/react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { searchWith } from './search.ts';
import { Select, TextField } from './ui/index.ts';

export interface FilterChoice {
  /** Name in the address. */
  name: string;
  label: string;
  options: { value: string; label: string }[];
  /** What no choice means; else the bar's own word for it. */
  everything?: string;
}

/** Searches and filters a table; what is chosen stands in the address, so that it survives a reload and can be passed on. */
export function FilterBar({
  search,
  choices = [],
  everything,
}: {
  search?: string;
  choices?: FilterChoice[];
  everything?: string;
}): ReactNode {
  const { t } = useTranslation();
  const location = useLocation();
  const navigate = useNavigate();
  const params = new URLSearchParams(location.search);
  const given = params.get('q') ?? '';
  const [typed, setTyped] = useState(given);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (name: string, value: string): void => {
    navigate({ search: searchWith(location.search, { [name]: value, page: null }) }, { replace: true, preventScrollReset: true });
  };
  const type = (text: string): void => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change('q', text.trim()), 300);
  };
  return (
    <div className="cd-filters" role="search">
      {search ? (
        <TextField
          label={search}
          labelHidden
          placeholder={search}
          type="search"
          autoComplete="off"
          value={typed}
          onChange={type}
          clearButton
          onClearButtonClick={() => type('')}
        />
      ) : null}
      {choices.map(({ name, label, options, everything: own }) => (
        <Select
          key={name}
          label={label}
          labelInline
          value={params.get(name) ?? ''}
          options={[{ value: '', label: own ?? everything ?? t('common.all') }, ...options]}
          onChange={(value) => change(name, value)}
        />
      ))}
    </div>
  );
}
