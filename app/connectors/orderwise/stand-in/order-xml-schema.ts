import { z } from 'zod';
import { amountOf } from './amounts.ts';
import { fromLocal } from './world.ts';

const text = z.string();
const some = text.optional();
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const moment = text.refine(
  (value) => /T/.test(value) && fromLocal(value) !== undefined,
  'is not a date YYYY-MM-DDTHH:mm:ss without a zone',
);
const money = text.transform((value, context) => {
  const units = amountOf(value);
  if (units !== undefined) return units;
  context.addIssue({ code: 'custom', message: 'is not a number with a point and at most four decimal places' });
  return z.NEVER;
});
const count = text.regex(/^[1-9]\d{0,8}$/, 'is not a whole number above zero').transform(Number);
/** An empty element is an element without parts. */
const within = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((value) => (value === '' ? {} : value), z.strictObject(shape));

const BLOCK = {
  Name: text,
  ...Object.fromEntries(
    ['Address1', 'Address2', 'Town', 'County', 'Country', 'CountryCode', 'Postcode', 'Email', 'Telephone'].map((name) => [
      name,
      some,
    ]),
  ),
};
const CONTACT = Object.fromEntries(
  ['Name', 'Email', 'Position', 'Telephone', 'Fax', 'Mobile', 'Extension', 'Salutation'].map((name) => [name, some]),
);
const ANALYSIS = z.preprocess((value) => (value === '' ? {} : value), z.record(z.string().regex(/^[CLMN]\d+$/), text)).optional();

/** Source: orderwise.md §4.6. What S2 always sends is required, what is marked * there is not. */
export const salesOrder = z.strictObject({
  OrderNumber: text
    .min(1)
    .max(50)
    .regex(/^[^~]*$/, 'holds a ~, which separates numbers in the acknowledgement'),
  OrderStatusID: z.literal('1').optional(),
  OrderDate: moment,
  RequiredDate: moment.optional(),
  PromisedDate: moment.optional(),
  OrderAnalysis: ANALYSIS,
  SpecialInstructions: some,
  SpecialDeliveryInstructions: some,
  CustomerOrderRef: text.max(50).optional(),
  DeliveryMethod: text,
  DeliveryGross: money,
  DeliveryNet: money,
  DeliveryTax: money,
  DeliveryTaxCode: some,
  DeliveryCost: money.optional(),
  OrderGross: money,
  OrderNet: money,
  OrderTax: money,
  AmountPaid: money.optional(),
  TakenBy: some,
  OrderOnHold: flag.default(false),
  PricesAsNet: flag.default(false),
  Customer: within({
    eCommerceAccountNumber: some,
    Statement: within(BLOCK),
    Invoice: within(BLOCK).optional(),
    CustomerContact: within(CONTACT).optional(),
    DeliveryAddress: within({ ...BLOCK, Contact: some, DeliveryMethod: some, SpecialInstructions: some }),
  }),
  Payments: within({
    SalesPayment: z.array(within({ Description: text, Amount: money })).default([]),
  }).optional(),
  Lines: within({
    SalesOrderLine: z
      .array(
        within({
          Code: some,
          eCommerceCode: some,
          Quantity: count,
          eCommerceItemID: some,
          ItemGross: money,
          ItemNet: money,
          TaxCode: some,
          Direct: flag.optional(),
          SelectedSupplier: some,
          SelectedSupplierCost: money.optional(),
          Analysis: ANALYSIS,
        }),
      )
      .min(1),
  }),
  Dissurs: within({
    SalesDissur: z
      .array(
        within({
          Description: text,
          Price: money,
          TaxCode: some,
          GrossDiscount: flag.default(false),
          Discount: z.union([flag, z.enum(['Y', 'N']).transform((value) => value === 'Y')]).default(true),
        }),
      )
      .default([]),
  }).optional(),
});
