import { z } from 'zod';

/** Shopify's types of metafields that a back office's text can become; the first is what is meant where none is said. */
export const metafieldTypes = [
  'single_line_text_field',
  'multi_line_text_field',
  'number_integer',
  'number_decimal',
  'boolean',
  'date',
  'url',
  'json',
] as const;
export type MetafieldType = (typeof metafieldTypes)[number];

/** One line of the map: a field of the back office becomes a metafield of Shopify. */
export interface FieldMapping {
  field: string;
  namespace: string;
  key: string;
  type: MetafieldType;
}

const shape = new RegExp(
  String.raw`^\s*([^=:]{1,80}?)\s*=\s*([\w$-]{2,60}(?::[\w-]+)*)\.([\w-]{2,60})(?:\s*\(\s*(${metafieldTypes.join('|')})\s*\))?\s*$`,
);

/** Reads `brand = custom.brand (single_line_text_field)`; null where it isn't of that form. */
export function readFieldMapping(text: string): FieldMapping | null {
  const [, field, namespace, key, type] = shape.exec(text) ?? [];
  if (!field || !namespace || !key) return null;
  return { field, namespace, key, type: (type as MetafieldType | undefined) ?? metafieldTypes[0] };
}

/** A line of the map as it is stored: text in the form of `readFieldMapping`. */
export const productFieldMapEntry = z.string().trim().max(200).regex(shape);

/** A back office's text as a metafield of that type holds it; null where it can't be one. */
export function metafieldValue(type: MetafieldType, text: string): string | null {
  const plain = text.trim();
  switch (type) {
    case 'single_line_text_field':
      return plain
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(' ');
    case 'number_integer':
      return /^[+-]?\d+([.,]0+)?$/.test(plain) ? String(Number.parseInt(plain, 10)) : null;
    case 'number_decimal': {
      const number = plain.replace(',', '.');
      return /^[+-]?\d+(\.\d+)?$/.test(number) ? number.replace(/^\+/, '') : null;
    }
    case 'boolean':
      if (/^(true|yes|y|1|ja|j)$/i.test(plain)) return 'true';
      return /^(false|no|n|0|nein)$/i.test(plain) ? 'false' : null;
    case 'date':
      return /^\d{4}-\d{2}-\d{2}/.exec(plain)?.[0] ?? null;
    case 'url':
      return /^https?:\/\/\S+$/.test(plain) ? plain : null;
    case 'json':
      try {
        return JSON.stringify(JSON.parse(plain));
      } catch {
        return null;
      }
    case 'multi_line_text_field':
      return plain;
  }
}
