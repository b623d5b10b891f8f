import { InlineStack, Tag, TextField } from '@shopify/polaris';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface TagsFieldProps {
  label: string;
  help?: string;
  values: readonly string[];
  disabled?: boolean;
  error?: string;
  onChange: (values: string[]) => void;
}

/** A list of words, added one by one with Enter or a comma. */
export function TagsField({ label, help, values, disabled = false, error, onChange }: TagsFieldProps): ReactNode {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const take = (text: string): void => {
    const added = text.split(',').map((word) => word.trim());
    const words = added.filter((word) => word !== '' && !values.includes(word));
    if (words.length > 0) onChange([...values, ...words]);
    setTyped('');
  };
  return (
    // Enter adds a word here and must not send the form round it.
    <div
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        take(typed);
      }}
    >
      <TextField
        label={label}
        autoComplete="off"
        value={typed}
        disabled={disabled}
        {...(help ? { helpText: help } : {})}
        {...(error ? { error } : {})}
        placeholder={t('common.addWithEnter')}
        onChange={(text) => (text.includes(',') ? take(text) : setTyped(text))}
        onBlur={() => take(typed)}
        verticalContent={
          values.length > 0 ? (
            <InlineStack gap="100">
              {values.map((word) => (
                <Tag key={word} disabled={disabled} onRemove={() => onChange(values.filter((other) => other !== word))}>
                  {word}
                </Tag>
              ))}
            </InlineStack>
          ) : undefined
        }
      />
    </div>
  );
}
