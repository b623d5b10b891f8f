import { maskValue } from './mask.ts';

const BLANK = '•••';
/** Shorter words are initials, numbers of houses and the like: blanked where they stand alone, not inside other text. */
const SHORT = 4;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * A document without what may say who somebody is: everything that is known of the person (whole, and its words, as another system may take a name or
 * an address apart), and whatever a field's name or its look gives away besides. Pure.
 */
export function maskPersonal(document: unknown, known: readonly string[]): unknown {
  const whole = known.map((text) => text.trim()).filter((text) => text.length >= 2);
  const words = whole.flatMap((text) => text.split(/[\s,;/]+/)).filter((word) => word.length >= 2);
  const alone = new Set([...whole, ...words].map((text) => text.toLowerCase()));
  const inside = [...new Set([...whole, ...words.filter((word) => word.length >= SHORT)])].sort((a, b) => b.length - a.length);
  const pattern = inside.length > 0 ? new RegExp(inside.map(escaped).join('|'), 'gi') : null;
  const blank = (text: string) => (alone.has(text.trim().toLowerCase()) ? BLANK : pattern ? text.replace(pattern, BLANK) : text);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return blank(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one)]));
    return value;
  };
  return maskValue(walk(document));
}
