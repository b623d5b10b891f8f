import { cancelledAndRefunded } from './order-kinds-cancelled.ts';
import { deliveries } from './order-kinds-delivery.ts';
import { awkward } from './order-kinds-goods.ts';
import { payments } from './order-kinds-money.ts';
import { routing } from './order-kinds-routing.ts';
import { rulesAndEvents } from './order-kinds-rules.ts';
import { bySettings } from './order-kinds-settings.ts';
import type { OrderKind } from './order-kind.ts';

/** Kind of order or event × verdict × what the back office gets × what Shopify gets: docs/orders.md is made from it, and each row is a test. */
export const orderKinds: OrderKind[] = [
  ...payments,
  ...deliveries,
  ...routing,
  ...cancelledAndRefunded,
  ...awkward,
  ...rulesAndEvents,
  ...bySettings,
];

const heading = `# Kinds of orders

What becomes of each kind of order, and of what happens to it afterwards. The table is made from \`tests/flows/order-kinds.ts\`, where each row
is also a test that plays it against a whole running system and then looks at both sides' own records; a test fails when this page and the rows differ
(\`npx vitest run tests/flows/orders-page.test.ts -u\` writes it anew). The back office of the tests is Stockroom, which takes one order for each location that ships.
`;

/** docs/orders.md. */
export function renderOrdersPage(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const groups = [...Map.groupBy(orderKinds, ({ group }) => group)].map(([group, rows]) =>
    [
      `## ${group}`,
      '',
      '| Kind of order or event | Verdict | The back office gets | Shopify gets |',
      '| --- | --- | --- | --- |',
      ...rows.map(
        ({ kind, verdict, backOffice, shopify }) => `| ${[kind, verdict, backOffice, shopify].map(cell).join(' | ')} |`,
      ),
    ].join('\n'),
  );
  return `${[heading, ...groups].join('\n')}\n`.replace(/\n(## )/g, '\n\n$1').replace(/\n{3,}/g, '\n\n');
}
