/** The parts of a postal address that there are, in the order they are written; the country by its name in `locale`. */
export function addressLines(
  address: {
    name: string;
    company: string | null;
    address1: string;
    address2: string | null;
    zip: string | null;
    city: string;
    province: string | null;
    countryCode: string;
  },
  locale: string,
): string[] {
  const { name, company, address1, address2, zip, city, province, countryCode } = address;
  const country = /^[A-Z]{2}$/.test(countryCode)
    ? new Intl.DisplayNames([locale], { type: 'region' }).of(countryCode)
    : countryCode;
  const place = [zip, city].filter(Boolean).join(' ');
  return [name, company, address1, address2, place, province === city ? null : province, country].filter((part): part is string =>
    Boolean(part),
  );
}
