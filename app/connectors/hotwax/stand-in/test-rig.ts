import { openStandInRig, type Answer, type Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { createStandIn } from './index.ts';

/** A stand-in mounted as in the sandbox, with a session of its API user, called without a port. */
export async function openRig() {
  const standIn = openStandInRig('hotwax', createStandIn);
  const { base, clock, send, control } = standIn;
  const login = async (username: string, password: string) =>
    (await send('POST', `${base}/rest/s1/admin/login`, { username, password })).body.token as string;

  let token = await login('crossdock.api', 'hotwax-sandbox');
  const bearer = () => ({ authorization: `Bearer ${token}` });
  const api = (method: string, path: string, body?: unknown) => send(method, `${base}/rest/s1/${path}`, body, bearer());

  return {
    ...standIn,
    /** A call at Moqui, `path` being what follows `/rest/s1/`. */
    api,
    /** A call at OFBiz, `path` being what follows `/api/`. */
    ofbiz: (method: string, path: string, body?: unknown) => send(method, `${base}/api/${path}`, body, bearer()),
    login,
    useToken: (other: string) => void (token = other),
    async product(sku: string, more: Record<string, unknown> = {}): Promise<string> {
      const productVariantJson = {
        internalName: sku,
        productName: `Product ${sku}`,
        productTypeId: 'FINISHED_GOOD',
        isVariant: 'Y',
        goodIdentifications: [{ goodIdentificationTypeId: 'SKU', idValue: sku }],
        ...more,
      };
      return (await api('PUT', 'oms/productVariant', { productVariantJson })).body.productId as string;
    },
    /** Sends an order of `[productId, quantity]` lines, waiting in the brokering queue unless told otherwise; item ids are 01, 02 … */
    async order(
      orderName: string,
      lines: [string, number][],
      more: Record<string, unknown> = {},
      group: Record<string, unknown> = {},
    ): Promise<Answer> {
      return api('POST', 'oms/orders', {
        orderTypeId: 'SALES_ORDER',
        orderName,
        externalId: `74${orderName.replace(/\D/g, '')}`,
        salesChannelEnumId: 'WEB_SALES_CHANNEL',
        productStoreId: 'STORE',
        statusId: 'ORDER_CREATED',
        orderDate: clock.now(),
        entryDate: clock.now(),
        currencyUom: 'USD',
        grandTotal: 50,
        ...more,
        shipGroups: [
          {
            shipGroupSeqId: '00001',
            facilityId: '_NA_',
            carrierPartyId: '_NA_',
            shipmentMethodTypeId: 'STANDARD',
            ...group,
            items: lines.map(([productId, quantity], index) => ({
              orderItemSeqId: String(index + 1).padStart(2, '0'),
              orderItemTypeId: 'PRODUCT_ORDER_ITEM',
              productId,
              externalId: `line-${index + 1}`,
              quantity,
              unitPrice: 10,
              statusId: 'ITEM_CREATED',
            })),
          },
        ],
      });
    },
    async atp(productId: string, facilityId = 'MAIN_WH'): Promise<number | undefined> {
      return (await api('GET', `oms/productFacilities?productId=${productId}&facilityId=${facilityId}`)).body[0]
        ?.lastInventoryCount as number | undefined;
    },
    async ledger(reference = '#1001'): Promise<Json> {
      return ((await control('GET', '/ledger')).body.orders as Json[]).find((one) => one.reference === reference);
    },
  };
}
export type Rig = Awaited<ReturnType<typeof openRig>>;
