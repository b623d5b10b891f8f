type Branch<Node, Key extends string> = Node extends string
  ? Key
  : Node extends { one: string; other: string }
    ? Key
    : Leaves<Node, `${Key}.`>;
type Leaves<Node, Path extends string = ''> = { [Key in keyof Node & string]: Branch<Node[Key], `${Path}${Key}`> }[keyof Node &
  string];

/** A key of a catalogue; one that chooses by `count` is named without `.one` and `.other`. */
export type KeyOf<Catalogue> = Leaves<Catalogue>;

/** The part of Shopify's `i18n` that extensions use. */
export interface I18n {
  translate: (key: string, options?: Record<string, string | number>) => string;
  formatDate: (date: Date, options?: Intl.DateTimeFormatOptions) => string;
}

/** Says a message in the language of the admin. */
export type SayIn<Key extends string> = (key: Key, blanks?: Record<string, string | number>) => string;

/** `21 Nov 2026, 10:03` in the shop's time zone; what isn't a moment stays as it is. */
export function moment(i18n: I18n, iso: string, timeZone: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return i18n.formatDate(at, { dateStyle: 'medium', timeStyle: 'short', timeZone });
}
