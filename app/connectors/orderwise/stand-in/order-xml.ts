import { problemsOf } from './body.ts';
import type { CustomerData } from './customer-record.ts';
import { FACTS } from './facts.ts';
import type { IncomingOrder, Problem } from './incoming-order.ts';
import { salesOrder } from './order-xml-schema.ts';
import { LISTS, listValueNamed, taxRateCoded } from './value-lists.ts';
import type { World } from './world.ts';
import { XmlError, type XmlTree } from './xml.ts';

/** The orders in a document, each still to be looked into. Throws XmlError where it isn't the documented one. */
export function salesOrdersIn(document: { [name: string]: XmlTree }): XmlTree[] {
  const [root, ...more] = Object.keys(document);
  const file = root === 'XMLFile' && more.length === 0 ? document[root] : undefined;
  if (file === undefined) throw new XmlError('The root element is not XMLFile.');
  const parts = Object.entries(typeof file === 'string' ? {} : file).filter(([name]) => !/^@xmlns(:|$)/.test(name));
  const [part, ...others] = parts;
  if (part?.[0] !== 'SalesOrders' || others.length > 0)
    throw new XmlError(`XMLFile holds ${parts.map(([name]) => name).join(', ') || 'nothing'} where SalesOrders belongs.`);
  const [, list] = part;
  if (typeof list === 'string') return [];
  const { SalesOrder, ...strange } = list as { [name: string]: XmlTree };
  if (Object.keys(strange).length > 0) throw new XmlError(`SalesOrders holds ${Object.keys(strange).join(', ')}.`);
  return Array.isArray(SalesOrder) ? SalesOrder : [];
}

/** One `<SalesOrder>`, or what is wrong with its elements. Source: orderwise.md §4.6. */
export function orderFromXml(
  world: World,
  element: XmlTree,
): { number: string | null; order: IncomingOrder } | { number: string | null; problems: Problem[] } {
  const number = typeof element === 'object' && !Array.isArray(element) ? element['OrderNumber'] : undefined;
  const parsed = salesOrder.safeParse(element);
  if (!parsed.success) {
    const { problems, unknown } = problemsOf(parsed.error);
    const fact = unknown ? FACTS.xmlElement : FACTS.xmlOrder;
    return { number: typeof number === 'string' ? number : null, problems: problems.map((said) => ({ fact, text: said })) };
  }
  const { Customer, Lines, Payments, Dissurs, ...header } = parsed.data;
  const unresolved: Problem[] = [];
  const find = (found: { id: number } | undefined, what: string, name: string): number | null => {
    if (!found) unresolved.push({ fact: FACTS.unknownId, text: `${what} ${name} does not exist` });
    return found?.id ?? null;
  };
  const tax = (code: string | undefined) =>
    code === undefined || code === '' ? null : find(taxRateCoded(world, code), 'tax code', code);
  const method = find(
    listValueNamed(world, LISTS.deliveryMethod, header.DeliveryMethod),
    'delivery method',
    header.DeliveryMethod,
  );
  tax(header.DeliveryTaxCode);
  const webAccount = Customer.eCommerceAccountNumber;
  const order: IncomingOrder = {
    ecommerceNumber: header.OrderNumber,
    customerRef: header.CustomerOrderRef ?? null,
    type: header.OrderOnHold ? 3 : 1,
    onHold: header.OrderOnHold,
    pricesAsNet: header.PricesAsNet,
    customer: {
      id: null,
      accountNumber: null,
      webAccount: webAccount === undefined || webAccount === '' ? null : webAccount,
      details: { ...block('statement', Customer.Statement), ...block('invoice', Customer.Invoice) },
    },
    deliveryMethodId: method,
    deliveryAddress: Customer.DeliveryAddress,
    contact: Customer.CustomerContact ?? null,
    orderGross: header.OrderGross,
    orderNet: header.OrderNet,
    orderTax: header.OrderTax,
    deliveryGross: header.DeliveryGross,
    deliveryNet: header.DeliveryNet,
    deliveryTax: header.DeliveryTax,
    amountPaid: header.AmountPaid ?? null,
    lines: Lines.SalesOrderLine.map((line, index) => ({
      itemNumber: index + 1,
      code: line.Code ?? null,
      quantity: line.Quantity,
      gross: line.ItemGross,
      net: line.ItemNet,
      systemPrice: false,
      taxRateId: tax(line.TaxCode),
      locationId: null,
      ecommerceItemId: line.eCommerceItemID ?? null,
    })),
    dissurs: (Dissurs?.SalesDissur ?? []).map((one) => ({
      description: one.Description,
      price: one.Price,
      gross: one.GrossDiscount,
      discount: one.Discount,
      taxRateId: tax(one.TaxCode),
    })),
    payments: (Payments?.SalesPayment ?? []).map(({ Description, Amount }) => ({
      methodId: find(listValueNamed(world, LISTS.paymentMethod, Description), 'payment method', Description),
      amount: Amount,
    })),
    unresolved,
    header: {
      orderDate: header.OrderDate,
      specialInstructions: header.SpecialInstructions ?? null,
      takenBy: header.TakenBy ?? null,
    },
  };
  return { number: header.OrderNumber, order };
}

/** `Name` of a `Statement` is `statementName` of a customer. */
const block = (prefix: string, given: Record<string, unknown> | undefined): CustomerData =>
  Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [`${prefix}${name}`, value]));
