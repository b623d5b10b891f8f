import { z } from 'zod';
import { NeedsMerchantError } from '../core/errors.ts';
import {
  defineConnector,
  type CheckStep,
  type Connector,
  type ConnectorDefinition,
  type ConnectContext,
  type Facility,
  type InboundPort,
  type MirrorPort,
  type OrdersPort,
  type ReferenceKind,
} from '../connectors/contract/index.ts';

const settings = z.object({
  mode: z.enum(['cloud', 'own']).default('cloud'),
  baseUrl: z.url({ protocol: /^https?$/ }).meta({ placeholder: 'https://erp.example.com' }),
  account: z.string().min(3).max(20),
  apiKey: z.string().min(4).meta({ secret: true }),
  pageSize: z.int().min(1).max(500).default(100),
  sandboxMode: z.boolean().default(false),
  region: z
    .string()
    .default('eu')
    .meta({ options: ['eu', 'us'] }),
  ownPort: z
    .int()
    .min(1)
    .optional()
    .meta({ when: { name: 'mode', is: 'own' } }),
});

/** What a test lets the back office have and say. */
export interface FakeBackOffice {
  facilities: Facility[];
  /** The key it accepts. */
  key: string;
  context?: ConnectContext<z.infer<typeof settings>>;
  /** What it offers beside the ports that every connector has. */
  inbound?: InboundPort;
  mirror?: MirrorPort;
  orders?: OrdersPort;
  /** What it lists to map to, by id. */
  lists?: Partial<Record<ReferenceKind, string[]>>;
}

export const facility = (id: string, name = id): Facility => ({
  id,
  name,
  kind: 'warehouse',
  active: true,
  address: null,
  url: null,
});

const never = () => Promise.reject(new Error('not part of this test'));

/** A connector for tests of what stands round connectors. It calls nothing unless a test does so through its context. */
export function fakeConnector(
  backOffice: FakeBackOffice,
  changes: Partial<ConnectorDefinition<typeof settings>['capabilities']> & { id?: string } = {},
): ConnectorDefinition {
  const { id = 'fake', ...capabilities } = changes;
  return defineConnector({
    id,
    label: 'Fake ERP',
    settings,
    capabilities: {
      handOver: 'order',
      findOrder: 'exact',
      reservesOnAccept: true,
      amend: true,
      cancel: true,
      partialShipments: true,
      returns: false,
      createsFacilities: true,
      remote: true,
      defaultFinancialStatuses: ['PAID', 'PARTIALLY_REFUNDED'],
      minimumIntervalMinutes: 5,
      ...capabilities,
    },
    guide: [],
    messages: { en: {} },
    account: ['baseUrl', 'account'],
    exclusive: ['baseUrl', 'account'],
    limits: ({ account }) => ({ key: `fake ${account}`, concurrency: 2, perSecond: null }),
    connect(context): Connector {
      backOffice.context = context;
      const check: CheckStep[] = [
        { step: 'reach', run: () => Promise.resolve({ detail: context.settings.baseUrl }) },
        {
          step: 'login',
          run: () =>
            context.settings.apiKey === backOffice.key
              ? Promise.resolve({})
              : Promise.reject(
                  new NeedsMerchantError('wrong-credentials', 'The key was refused', {
                    scope: 'connection',
                    params: { backOffice: 'Fake ERP' },
                  }),
                ),
        },
        { step: 'read', run: () => Promise.resolve({}) },
      ];
      return {
        check,
        facilities: {
          list: () => Promise.resolve([...backOffice.facilities]),
          create: ({ name }) => {
            const made = facility(`f-${name}`, name);
            backOffice.facilities.push(made);
            return Promise.resolve(made);
          },
        },
        orders: backOffice.orders ?? { preview: never, create: never, find: never },
        ...(backOffice.lists
          ? {
              referenceData: {
                kinds: Object.keys(backOffice.lists) as ReferenceKind[],
                list: (kind: ReferenceKind) =>
                  Promise.resolve((backOffice.lists?.[kind] ?? []).map((id) => ({ id, label: id, group: null }))),
              },
            }
          : {}),
        ...(backOffice.inbound ? { inbound: backOffice.inbound } : {}),
        ...(backOffice.mirror ? { mirror: backOffice.mirror } : {}),
      };
    },
  });
}
