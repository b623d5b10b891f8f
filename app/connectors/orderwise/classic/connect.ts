import { NeedsMerchantError } from '../../../core/errors.ts';
import type {
  CheckStep,
  ConnectContext,
  Connector,
  FacilitiesPort,
  ReferenceDataPort,
  ShipmentsPort,
  StockPort,
} from '../../contract/index.ts';
import { silentMs } from '../assumptions.ts';
import { shipmentsOf } from '../despatches.ts';
import { warehouse } from '../facilities.ts';
import type { Settings } from '../settings.ts';
import { isFulfilled, isRefunded } from '../status-words.ts';
import { pairsIn, wordsIn } from '../words.ts';
import { sessionCalls } from './calls.ts';
import { classicInboundPort } from './inbound.ts';
import { changeJournal } from './journal.ts';
import { classicMemory, type ClassicMemory } from './memory.ts';
import { classicOrdersPort } from './orders.ts';
import { everywhere, placesTold, stockTold } from './stock-store.ts';

type Context = ConnectContext<Settings>;

/** The only thing that can be tested from here is whether OrderWise calls. */
function checkSteps({ records, nowMs }: Context): CheckStep[] {
  return [
    {
      step: 'called',
      async run() {
        const last = await sessionCalls(records).last('orders');
        if (last === null) throw new NeedsMerchantError('orderwise-never-called', 'OrderWise has not called yet');
        if (nowMs() - last > silentMs) {
          const params = { hours: Math.floor((nowMs() - last) / 3_600_000) };
          throw new NeedsMerchantError('orderwise-silent', 'OrderWise has stopped calling', { params });
        }
        return { detail: new Date(last).toISOString() };
      },
    },
  ];
}

/** The places of the settings and those that stock exports told; stock without a place lies in one of its own. */
function facilitiesPort({ records, settings }: Context): FacilitiesPort {
  return {
    async list() {
      const names = new Map([...Object.entries(await placesTold({ records })), ...(pairsIn(settings.stockLocations) ?? [])]);
      const places = [...names].map(([id, name]) => warehouse(id, name));
      return [...places, warehouse(everywhere, 'OrderWise')];
    },
  };
}

function referenceDataPort({ settings }: Context): ReferenceDataPort {
  const named = (list: string) => wordsIn(list).map((name) => ({ id: name, label: name, group: null }));
  return {
    kinds: [
      ...(settings.deliveryMethods === '' ? [] : (['shipping-method'] as const)),
      ...(settings.paymentMethods === '' ? [] : (['payment-method'] as const)),
    ],
    list: (kind) =>
      Promise.resolve(
        kind === 'shipping-method'
          ? named(settings.deliveryMethods)
          : kind === 'payment-method'
            ? named(settings.paymentMethods)
            : [],
      ),
  };
}

function shipmentsPort({ records, nowMs, settings }: Context): ShipmentsPort {
  const memory = classicMemory(records);
  const shipments = ({ reference, status, lines, deliveries }: ClassicMemory) => {
    const complete = status !== null && (isFulfilled(status, settings) || isRefunded(status, settings));
    return shipmentsOf({ reference, remoteId: reference, complete, lines, deliveries }, new Date(nowMs()).toISOString());
  };
  return {
    async *pull({ since }) {
      for await (const { references, cursor } of changeJournal(records).since(since)) {
        const known = await Promise.all(references.map((reference) => memory.get(reference)));
        yield { shipments: known.flatMap((one) => (one ? shipments(one) : [])), cursor };
      }
    },
    async ofOrder(remoteId) {
      const known = await memory.get(remoteId);
      return known ? shipments(known) : [];
    },
  };
}

function stockPort(context: Context): StockPort {
  return {
    async *pull({ facilityIds, since, skus }) {
      const { levels, asOf } = await stockTold(context);
      const wanted = skus && new Set(skus);
      yield {
        levels: levels
          .filter(
            ({ facilityId, sku, at }) => facilityIds.includes(facilityId) && at >= (since ?? 0) && (!wanted || wanted.has(sku)),
          )
          .map(({ facilityId, sku, remoteProductId, available }) => ({ facilityId, sku, remoteProductId, available })),
        asOf: asOf ?? context.nowMs(),
      };
    },
  };
}

/** Classic mode: OrderWise's session calls us, and every port works on what it told. */
export function connectClassic(context: Context): Connector {
  return {
    check: checkSteps(context),
    facilities: facilitiesPort(context),
    orders: classicOrdersPort(context),
    referenceData: referenceDataPort(context),
    stock: stockPort(context),
    shipments: shipmentsPort(context),
    inbound: classicInboundPort(context),
  };
}
