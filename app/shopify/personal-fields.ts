/**
 * Fields of protected customer data. Until Shopify has approved the app for them (level 2: name, address, phone, e-mail) they come back null, with an
 * ACCESS_DENIED each; the rest of the answer stands. Shopify's schema says which fields are protected (a test compares); without any approval whole objects are.
 */
const personal = new Set([
  'customer',
  'email',
  'phone',
  'displayName',
  'firstName',
  'lastName',
  'name',
  'address1',
  'address2',
  'zip',
  'emailAddress',
  'phoneNumber',
  'shippingAddress',
  'billingAddress',
  'destination',
  'defaultEmailAddress',
  'defaultPhoneNumber',
  'customerLocale',
  'customAttributes',
  'note',
  'clientIp',
  'risk',
]);

/** Whether a denied path leads to personal data of a record, and not to the record itself. */
export function isPersonal(path: (string | number)[]): boolean {
  const last = path.findLast((step) => typeof step === 'string');
  return path.length > 1 && last !== undefined && personal.has(last);
}
