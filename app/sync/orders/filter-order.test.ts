import { describe, expect, it } from 'vitest';
import { leftOutBy, type OrderFilters } from './filter-order.ts';
import { anOrder } from './order.test-data.ts';

const filters: OrderFilters = {
  fulfilmentStatuses: ['UNFULFILLED', 'PARTIALLY_FULFILLED'],
  orderStatus: 'open',
  excludedTags: [],
  requiredCustomerTags: [],
  requiredCustomerTagsMode: 'any',
  excludedCustomerTags: [],
  onlyChannels: [],
  excludedChannels: [],
  onlyCountries: [],
  excludedCountries: [],
};
const address = {
  name: 'A',
  company: null,
  address1: 'B 1',
  address2: null,
  city: 'C',
  zip: '1',
  province: null,
  provinceCode: null,
  countryCode: 'CH',
  phone: null,
};
const buyer = (...tags: string[]) => ({
  customer: { id: 'gid://shopify/Customer/1', name: 'A', email: null, phone: null, tags },
});
const to = (countryCode: string) => ({ shipTo: { ...address, countryCode } });

describe("a merchant's filters", () => {
  it.each([
    ['let an order pass that none of them names', {}, {}, undefined],
    ['leave out a tag, whatever its case', { tags: ['B2B '] }, { excludedTags: ['b2b'] }, 'tag-excluded'],
    ['leave out a customer’s tag', buyer('Staff'), { excludedCustomerTags: ['staff'] }, 'customer-tag-excluded'],
    ['want one of the customer’s tags', buyer('vip'), { requiredCustomerTags: ['gold', 'VIP'] }, undefined],
    [
      'want all of the customer’s tags',
      buyer('vip'),
      { requiredCustomerTags: ['gold', 'vip'], requiredCustomerTagsMode: 'all' as const },
      'customer-tag-missing',
    ],
    ['want a customer’s tag and there is no customer', {}, { requiredCustomerTags: ['vip'] }, 'customer-tag-missing'],
    ['want one channel', { channel: 'pos' }, { onlyChannels: ['web'] }, 'channel-left-out'],
    ['know a channel by the name people see, too', {}, { onlyChannels: ['online store'] }, undefined],
    ['leave out a channel', { channel: 'amazon' }, { excludedChannels: ['Amazon'] }, 'channel-left-out'],
    ['want one country', to('CH'), { onlyCountries: ['DE', 'AT'] }, 'country-left-out'],
    ['want this country', to('AT'), { onlyCountries: ['DE', 'AT'] }, undefined],
    ['leave out a country', to('CH'), { excludedCountries: ['CH'] }, 'country-left-out'],
    ['leave out a country and the address can’t be seen', {}, { excludedCountries: ['CH'] }, 'country-unknown'],
    ['pass an archived sale at the till', { closedAt: '2026-11-20T10:00:30Z', fulfilmentStatus: 'FULFILLED' }, {}, undefined],
  ])('%s', (_, order, change, expected) => {
    expect(leftOutBy(anOrder(order), { ...filters, ...change })?.code).toBe(expected);
  });
});
