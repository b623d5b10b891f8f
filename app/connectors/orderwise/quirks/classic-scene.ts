import { memoryRecords } from '../../contract/battery.ts';
import { sceneContext, type Documents, type Scene } from '../../contract/battery-scene.ts';
import type { InboundHint } from '../../contract/index.ts';
import { classicMemory } from '../classic/memory.ts';
import { orderwise } from '../index.ts';

/** The documents of the `n`th order and product, after the fixtures. */
const documentsOf = (n: number): Documents => ({
  order: {
    orderNo: `#${n}`,
    orderStatus: 'Partially despatched',
    deliveries: [
      {
        deliveryNumber: `D${n}`,
        deliveryDate: '2026-07-05T10:00:00',
        courierName: 'DPD & Co',
        consignmentNumbers: [{ consignmentNumber: [`T${n}`] }],
        deliveryLines: [{ deliveryLine: [{ variantCode: `SKU-${n}`, quantity: '2.0000' }] }],
      },
    ],
  },
  Variant: { vad_id: 40_000 + n, vad_variant_code: `SKU-${n}`, vasq_free_stock_quantity: '23.0000' },
});

const all = [1, 2, 3].map(documentsOf);
const told = (n: number): Scene['good'] => ({ shipments: [`#${n}/D${n}`], returns: [], levels: [[`SKU-${n}`, 23]] });

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Names that make our parser refuse a whole document, as somebody means harm. */
const reserved = ['__proto__', 'constructor', 'prototype'];

/** A document as elements; a name that XML can't have is another one. */
export function xmlOf(name: string, value: unknown): string {
  const element = /^[A-Za-z_][\w.-]*$/.test(name) && !reserved.includes(name) ? name : 'x';
  if (Array.isArray(value)) return value.map((one) => xmlOf(name, one)).join('');
  if (typeof value === 'object' && value !== null) {
    const inside = Object.entries(value).map(([key, one]) => xmlOf(key, one));
    return `<${element}>${inside.join('')}</${element}>`;
  }
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  return `<${element}>${escaped(text.replace(/^@raw (.*)@$/, '$1'))}</${element}>`;
}

/** An OrderWise whose session told three despatches and three levels, the second of which may be anything. */
export const scene: Scene = {
  documents: documentsOf(2),
  stockAt: ['Variant', 'vasq_free_stock_quantity'],
  facilityIds: ['all'],
  order: { reference: '#2', remoteId: '#2' },
  good: { shipments: ['#1/D1', '#3/D3'], returns: [], levels: [...told(1).levels, ...told(3).levels] },
  bad: told(2),
  async open(given) {
    const records = [all[0] ?? {}, given, all[2] ?? {}];
    const kept = memoryRecords();
    for (const n of [1, 2, 3]) {
      await classicMemory(kept).put({
        ...{
          reference: `#${n}`,
          stage: 'offered',
          confirmedAt: null,
          total: 2000,
          status: null,
          deliveries: [],
          unconfirmed: false,
        },
        lines: [{ lineId: `gid://shopify/LineItem/${n}`, sku: `SKU-${n}`, quantity: 3, facilityId: '5' }],
      });
    }
    const { context, warnings } = sceneContext(
      { definition: orderwise, settings: { mode: 'classic' }, records: kept },
      () => undefined,
    );
    const connector = orderwise.connect(context);
    const hints: InboundHint[] = [];
    const answers: string[] = [];
    for (const [path, name] of [
      ['despatch', 'order'],
      ['stock', 'Variant'],
    ] as const) {
      const document = `<all>${records.map((one) => xmlOf(name, one[name])).join('')}</all>`;
      const answer = await connector.inbound?.receive({
        ...{ method: 'POST', path, query: new URLSearchParams(), headers: new Headers(), callerAddress: null, mayHandOver: true },
        body: document,
      });
      hints.push(...(answer?.hints ?? []));
      answers.push(answer?.response.body ?? '');
    }
    return { connector, warnings, hints, answers };
  },
};
