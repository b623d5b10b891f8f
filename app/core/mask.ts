// An address at an @; a run of seven digits or more as telephones have them (with blanks, dots, dashes or brackets between).
const email = /[^\s"'<>(),;:@]+@[^\s"'<>(),;:@]+\.[a-z]{2,}/gi;
const phone = /(?<![\w/#-])(?!\d{4}-\d\d-\d\d(?!\d))\+?\d[\d ().-]{6,}\d(?![\w/-])/g;
/** Names of fields that hold what may say who somebody is. */
const personal =
  /^(?:.*name|company|address\d*|street\d*|line\d|city|town|zip|postcode|postal.*|province.*|phone|telephone|mobile|(?:.*_)?e_?mail|note|customer|ship_?to|billing|shipping_?address)$/i;
const harmless = /^(?:orderName|shopifyOrderName|facilityName|warehouse_name|connectionName|storeName|file_?name)$/i;

/** Text without what looks like an e-mail address or a telephone number. */
export const maskText = (text: string): string => text.replace(email, '•••@•••').replace(phone, '•••');

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
