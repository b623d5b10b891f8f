// An address at an @; a run of seven digits or more as telephones have them (with blanks, dots, dashes or brackets between).
// Nothing repeats without end: another system's text may be megabytes long and written to make this slow.
const email = /[^\s"'<>(),;:@]{1,64}@[^\s"'<>(),;:@]{1,253}\.[a-z]{2,63}/gi;
const phone = /(?<![\w/#-])(?!\d{4}-\d\d-\d\d(?!\d)|\d\d?\.\d\d?\.\d{4}(?!\d))\+?\d[\d ().-]{6,60}\d(?![\w/-])/g;
/** Names of fields that hold what may say who somebody is. */
const personal =
  /^(?:.*name|postal.*|province.*|customer|ship_?to|line\d|attr_?value|.*instructions?|(?:gift|customer|buyer)_?message|(?:ship|cust|bill)_state|(?:.*_|(?:customer|statement|delivery|invoice|billing|shipping|contact|recipient)_?)?(?:billing|company|address(?:_?(?:line)?_?\d+)?|street\d*|city|town|zip(?:_?code)?|post_?code|county|notes?|comments?|contact|phone(?:_?number)?|telephone|mobile|e_?mail))$/i;
const harmless = /^(?:orderName|shopifyOrderName|facilityName|warehouse_name|connectionName|storeName|file_?name|attr_?name)$/i;

/** Text without what looks like an e-mail address. */
export const maskEmails = (text: string): string => text.replace(email, '•••@•••');

/** Text without what looks like an e-mail address or a telephone number. */
export const maskText = (text: string): string => maskEmails(text).replace(phone, '•••');

/** Whether a field of this name may say who somebody is. */
export const isPersonalField = (name: string): boolean => personal.test(name) && !harmless.test(name);

/** A recorded value to be shown to others: fields that may name a person are blanked, the rest is masked as text. */
export function maskValue(value: unknown, name = ''): unknown {
  if (value === null || value === undefined) return value;
  if (isPersonalField(name)) return '•••';
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map((one) => maskValue(one, name));
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskValue(one, key)]));
  return value;
}
