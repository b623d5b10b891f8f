import type {
  ChangeVerdict,
  Connector,
  OrdersPort,
  ProductsPort,
  RemoteOrder,
  ReturnsPort,
  SalesOrder,
  ShipmentsPort,
  StockPort,
} from '../connectors/contract/index.ts';
import type { SkuAliases } from '../mappings/sku-aliases.ts';

type Aliases = () => Promise<SkuAliases>;

const here = <Line extends { sku: string }>(lines: readonly Line[], aliases: SkuAliases): Line[] =>
  lines.map((line) => ({ ...line, sku: aliases.here(line.sku) }));
const there = <Line extends { sku: string }>(lines: readonly Line[], aliases: SkuAliases): Line[] =>
  lines.map((line) => ({ ...line, sku: aliases.there(line.sku) }));

function aliasedOrders(port: OrdersPort, get: Aliases): OrdersPort {
  const out = async (order: SalesOrder): Promise<SalesOrder> => ({ ...order, lines: there(order.lines, await get()) });
  const back = async (order: RemoteOrder): Promise<RemoteOrder> => ({ ...order, lines: here(order.lines, await get()) });
  const verdict = async (answer: ChangeVerdict): Promise<ChangeVerdict> =>
    answer.verdict === 'accepted' ? { ...answer, order: await back(answer.order) } : answer;
  const amend = port.amend?.bind(port);
  const cancel = port.cancel?.bind(port);
  const changes = port.changes?.bind(port);
  return {
    preview: async (order) => port.preview(await out(order)),
    create: async (order) => back(await port.create(await out(order))),
    find: async (reference) => {
      const found = await port.find(reference);
      return found && back(found);
    },
    ...(amend ? { amend: async (id, order) => verdict(await amend(id, await out(order))) } : {}),
    ...(cancel ? { cancel: async (id, reason) => verdict(await cancel(id, reason)) } : {}),
    ...(changes ? { changes } : {}),
  };
}

function aliasedProducts(port: ProductsPort, get: Aliases): ProductsPort {
  const count = port.count?.bind(port);
  const updates = port.updates?.bind(port);
  return {
    ...(count ? { count } : {}),
    ...(updates
      ? {
          async *updates(request) {
            const aliases = await get();
            for await (const page of updates(request)) {
              const own = page.updates.filter(({ sku }) => !aliases.foreign(sku));
              yield { ...page, updates: here(own, aliases) };
            }
          },
        }
      : {}),
    batchSize: port.batchSize,
    upsert: async (products) => port.upsert(there(products, await get())),
    findBySku: async (skus) => {
      const aliases = await get();
      return here(await port.findBySku(skus.map((sku) => aliases.there(sku))), aliases);
    },
  };
}

function aliasedStock(port: StockPort, get: Aliases): StockPort {
  const setOnHand = port.setOnHand?.bind(port);
  return {
    async *pull(request) {
      const aliases = await get();
      const skus = request.skus?.map((sku) => aliases.there(sku));
      for await (const page of port.pull({ ...request, ...(skus ? { skus } : {}) })) {
        // A code that stands for something else in Shopify must not bring its stock there.
        const own = page.levels.filter(({ sku }) => !aliases.foreign(sku));
        yield { ...page, levels: here(own, aliases) };
      }
    },
    ...(setOnHand
      ? {
          setOnHand: async (levels) => {
            const aliases = await get();
            const { refused } = await setOnHand(there(levels, aliases));
            return { refused: here(refused, aliases) };
          },
        }
      : {}),
  };
}

function aliasedShipments(port: ShipmentsPort, get: Aliases): ShipmentsPort {
  const confirm = port.confirm?.bind(port);
  return {
    ...(confirm ? { confirm } : {}),
    async *pull(request) {
      const aliases = await get();
      for await (const page of port.pull(request))
        yield { ...page, shipments: page.shipments.map((one) => ({ ...one, lines: here(one.lines, aliases) })) };
    },
    ofOrder: async (remoteId) => {
      const aliases = await get();
      return (await port.ofOrder(remoteId)).map((one) => ({ ...one, lines: here(one.lines, aliases) }));
    },
  };
}

function aliasedReturns(port: ReturnsPort, get: Aliases): ReturnsPort {
  const expect = port.expect?.bind(port);
  return {
    async *pull(request) {
      const aliases = await get();
      for await (const page of port.pull(request))
        yield { ...page, returns: page.returns.map((one) => ({ ...one, lines: here(one.lines, aliases) })) };
    },
    ...(expect ? { expect: async (expected) => expect({ ...expected, lines: there(expected.lines, await get()) }) } : {}),
  };
}

/**
 * A connector that is spoken to in Shopify's codes and speaks to the back office in its own: the one place where SKU aliases are used, both ways,
 * for orders, products, stock, shipments and returns.
 */
export function withSkuAliases(connector: Connector, get: Aliases): Connector {
  const { orders, products, stock, shipments, returns } = connector;
  return {
    ...connector,
    orders: aliasedOrders(orders, get),
    ...(products ? { products: aliasedProducts(products, get) } : {}),
    ...(stock ? { stock: aliasedStock(stock, get) } : {}),
    ...(shipments ? { shipments: aliasedShipments(shipments, get) } : {}),
    ...(returns ? { returns: aliasedReturns(returns, get) } : {}),
  };
}
