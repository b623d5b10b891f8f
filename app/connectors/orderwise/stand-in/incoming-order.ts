import type { CustomerData } from './customer-record.ts';

/** Something wrong with an order, in OrderWise's words, and the fact behind it. */
export interface Problem {
  fact: string;
  text: string;
}

/** Prices are per unit, ten-thousandths. */
interface IncomingLine {
  itemNumber: number;
  code: string | null;
  quantity: number;
  gross: number | null;
  net: number | null;
  /** OrderWise prices the line itself. */
  systemPrice: boolean;
  taxRateId: number | null;
  locationId: number | null;
  ecommerceItemId: string | null;
}

export interface IncomingDissur {
  description: string;
  /** Above zero; `discount` says which way it goes. */
  price: number;
  gross: boolean;
  discount: boolean;
  taxRateId: number | null;
}

export interface IncomingCustomer {
  id: number | null;
  accountNumber: string | null;
  /** The website's own number of the customer. */
  webAccount: string | null;
  /** For a customer to be made where none is found. */
  details: CustomerData | null;
}

/** An order on its way in, whichever way it came: posted as JSON or fetched as XML. Names are resolved to ids already. */
export interface IncomingOrder {
  ecommerceNumber: string | null;
  customerRef: string | null;
  /** 1 order, 3 paused, 4 credit. */
  type: number;
  onHold: boolean;
  pricesAsNet: boolean;
  customer: IncomingCustomer;
  deliveryMethodId: number | null;
  deliveryAddress: CustomerData | null;
  contact: CustomerData | null;
  orderGross: number;
  orderNet: number | null;
  orderTax: number | null;
  deliveryGross: number;
  deliveryNet: number | null;
  deliveryTax: number | null;
  amountPaid: number | null;
  lines: IncomingLine[];
  dissurs: IncomingDissur[];
  payments: { methodId: number | null; amount: number }[];
  /** Names in it that nothing is called by. */
  unresolved: Problem[];
  /** The rest of the header, kept as it was given. */
  header: Record<string, unknown>;
}
