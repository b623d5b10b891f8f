import { XMLBuilder } from 'fast-xml-parser';
import { exponentOf, formatDecimal } from '../../../core/money.ts';
import type { SalesOrder } from '../../contract/index.ts';
import { deliveryBlock, instructionsOf, statementBlock, type PostalBlock } from '../convert-address.ts';
import { toLocal } from '../local-time.ts';
import { orderAmounts, paymentsOf } from '../order-amounts.ts';
import { deliveryMethodOf, taxRateFor } from '../order-body.ts';
import type { Settings } from '../settings.ts';

const builder = new XMLBuilder({ suppressEmptyNode: false, processEntities: true });

/** XML 1.0 knows no other control characters than tab and line ends; a note may hold any. */
const clean = (text: string): string => text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu, '');

const tail = (gid: string) => gid.split('/').at(-1) ?? gid;

const blockOf = (block: PostalBlock) => ({
  Name: block.name,
  Address1: block.address1,
  Address2: block.address2,
  Town: block.town,
  County: block.county,
  Country: block.country,
  CountryCode: block.countryCode,
  Postcode: block.postcode,
  Email: block.email,
  Telephone: block.telephone,
});

function given(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(given);
  if (typeof tree !== 'object' || tree === null) return typeof tree === 'string' ? clean(tree) : tree;
  const kept = Object.entries(tree).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(kept.map(([name, value]) => [name, given(value)]));
}

/** One `<SalesOrder>` with the elements of a working shop (orderwise.md §4.6), in its order. Prices are per unit. */
export function salesOrderXml(order: SalesOrder, settings: Settings): string {
  const amounts = orderAmounts(order);
  const { pricesAsNet, delivery, order: total } = amounts;
  const money = (amount: number) => formatDecimal({ amount, currency: order.currency });
  const unitMoney = (amount: number) => (amount / 10 ** exponentOf(order.currency)).toFixed(4);
  const code = (rate: number | null) => taxRateFor(rate, settings.taxRates);
  const method = deliveryMethodOf(order, settings.defaultDeliveryMethod);
  const payments = paymentsOf(order, total.gross);
  const paid = payments.reduce((sum, { amount }) => sum + amount, 0);
  const buyer = blockOf(statementBlock(order));
  const ship = deliveryBlock(order);
  const tree = {
    OrderNumber: order.reference,
    OrderDate: toLocal(Date.parse(order.placedAt), settings.timeZone),
    SpecialInstructions: instructionsOf(order),
    CustomerOrderRef: order.reference,
    DeliveryMethod: method,
    DeliveryGross: money(delivery.gross),
    DeliveryNet: money(delivery.net),
    DeliveryTax: money(delivery.tax),
    DeliveryTaxCode: code(delivery.rate),
    OrderGross: money(total.gross),
    OrderNet: money(total.net),
    OrderTax: money(total.tax),
    AmountPaid: payments.length > 0 ? money(paid) : null,
    PricesAsNet: String(pricesAsNet),
    Customer: {
      eCommerceAccountNumber: order.customer ? tail(order.customer.id) : null,
      Statement: buyer,
      Invoice: buyer,
      CustomerContact: {
        Name: order.customer?.name || ship.contact || buyer.Name,
        Email: order.customer?.email,
        Telephone: order.customer?.phone,
      },
      DeliveryAddress: { ...blockOf(ship), Contact: ship.contact, DeliveryMethod: method },
    },
    Payments:
      payments.length > 0
        ? { SalesPayment: payments.map((one) => ({ Description: one.method, Amount: money(one.amount) })) }
        : null,
    Lines: {
      SalesOrderLine: amounts.lines.map(({ line, quantity, unit, other, rate }) => ({
        Code: line.sku,
        Quantity: quantity,
        eCommerceItemID: tail(line.lineId),
        ItemGross: unitMoney(pricesAsNet ? other : unit),
        ItemNet: unitMoney(pricesAsNet ? unit : other),
        TaxCode: code(rate),
      })),
    },
    Dissurs:
      amounts.extras.length > 0
        ? {
            SalesDissur: amounts.extras.map(({ amount, discount, rate }) => ({
              Description: discount ? settings.discountCode : settings.surchargeCode,
              Price: money(amount),
              TaxCode: code(rate),
              GrossDiscount: String(!pricesAsNet),
              Discount: String(discount),
            })),
          }
        : null,
  };
  return builder.build({ SalesOrder: given(tree) }) as string;
}

/** The document that OrderWise imports; without orders it is the same one, empty. */
export function salesOrdersDocument(orders: readonly string[]): string {
  const namespaces = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"';
  return `<?xml version="1.0" encoding="utf-8"?><XMLFile ${namespaces}><SalesOrders>${orders.join('')}</SalesOrders></XMLFile>`;
}

/** The reply that OrderWise expects to an export (S3). */
export const exportReply = (message: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>${
    builder.build({ XMLFile: { Responses: { Response: { Type: 'Log', Message: message } } } }) as string
  }`;
