import { seededRandom } from '../../kit/random.ts';
import type { Change } from '../core/world.ts';
import { toMinor } from '../core/money.ts';
import { addProduct, type NewProduct, type NewVariant } from '../domain/catalogue.ts';
import { PER_DOLLAR } from './countries.ts';
import type { SeededLocations } from './locations.ts';

const SIZES = ['S', 'M', 'L', 'XL'];
const COLOURS = ['Black', 'Sand', 'Navy', 'Forest'];

/** type, what it is made of (plain, sizes, colours, both), price in dollars, weight in grams, titles */
const RANGES: readonly [string, 'plain' | 'sizes' | 'colours' | 'both', number, number, string[]][] = [
  ['T-Shirts', 'both', 24, 180, ['Harbor Tee', 'Dockside Tee', 'Pier Pocket Tee']],
  ['Sweaters', 'sizes', 79, 520, ['Anchor Knit', 'North Sea Sweater', 'Rope Stitch Cardigan', 'Foghorn Hoodie']],
  ['Jackets', 'sizes', 149, 980, ['Oilskin Parka', 'Gale Windbreaker', 'Quay Overshirt']],
  ['Caps', 'colours', 22, 90, ['Watch Cap', 'Five Panel Cap', 'Deck Beanie', 'Sun Visor']],
  ['Bags', 'colours', 65, 700, ['Canvas Tote', 'Roll-Top Backpack', 'Dry Bag 20 l', 'Weekender']],
  ['Mugs', 'plain', 16, 380, ['Enamel Mug', 'Stoneware Mug', 'Travel Mug', 'Espresso Cup Set']],
  [
    'Kitchen',
    'plain',
    34,
    850,
    ['Cast Iron Pan', 'Oyster Knife', 'Teak Board', 'Salt Cellar', 'Linen Apron', 'Pour-Over Kettle'],
  ],
  ['Home', 'plain', 42, 600, ['Wool Blanket', 'Storm Lantern', 'Beeswax Candle', 'Driftwood Frame', 'Brass Hook', 'Jute Rug']],
  [
    'Outdoor',
    'plain',
    55,
    1200,
    ['Camp Stove', 'Folding Saw', 'Head Torch', 'Paracord 30 m', 'Compass', 'Bivvy Bag', 'Water Filter'],
  ],
  ['Stationery', 'plain', 12, 150, ['Log Book', 'Chart Pencil Set', 'Wax Seal Kit', 'Sea Map Poster', 'Pocket Notebook']],
  ['Care', 'plain', 18, 250, ['Sea Salt Soap', 'Beard Oil', 'Hand Balm', 'Sun Cream SPF 50', 'Shaving Brush']],
  ['Oversized', 'plain', 390, 32_000, ['Teak Bench', 'Deck Chair Pair']],
];

/** The catalogue, the same for every sandbox: plain goods, and every oddity that real shops have. */
export function seedCatalogue(change: Change, locations: SeededLocations, size: 'demo' | 'small' | 'none'): void {
  if (size === 'none') return;
  const random = seededRandom(20_261_120);
  const { currency } = change.shop.data;
  const money = (dollars: number) => toMinor(Math.round(dollars * (PER_DOLLAR[currency] ?? 1) * 100) / 100, currency);
  const stock = (): Map<number, number> => {
    const levels = new Map([[locations.main, random.between(8, 140)]]);
    if (random.next() < 0.65) levels.set(locations.east, random.between(0, 60));
    if (random.next() < 0.4) levels.set(locations.store, random.between(0, 12));
    return levels;
  };
  const start = change.at - 40 * 86_400_000;
  let made = 0;
  const add = (product: NewProduct): void => {
    made += 1;
    addProduct(change, {
      vendor: made % 3 === 0 ? 'Crossdock Supply' : made % 3 === 1 ? 'Harbor & Sons' : 'Nordlicht',
      createdAt: start + made * 3_600_000,
      tell: false,
      ...product,
    });
  };

  const ranges =
    size === 'demo'
      ? RANGES
      : RANGES.filter((_, index) => index < 6).map(([type, kind, price, weight, titles]): (typeof RANGES)[number] => [
          type,
          kind,
          price,
          weight,
          titles.slice(0, 1),
        ]);
  ranges.forEach(([type, kind, price, grams, titles], rangeIndex) => {
    titles.forEach((title, index) => {
      const code = `${type
        .replace(/[^a-z]/gi, '')
        .slice(0, 2)
        .toUpperCase()}${String(rangeIndex + 1).padStart(2, '0')}-${String(index + 1).padStart(2, '0')}`;
      const sizes = kind === 'sizes' || kind === 'both' ? SIZES : [undefined];
      const colours = kind === 'colours' || kind === 'both' ? COLOURS.slice(0, kind === 'both' ? 3 : 4) : [undefined];
      const variants = colours.flatMap((colour) =>
        sizes.map((sizeName): NewVariant => {
          const dollars = price + index * 3 + (sizeName === 'XL' ? 4 : 0) - 0.05;
          return {
            options: [colour, sizeName].filter((value): value is string => value !== undefined),
            sku: [code, colour?.slice(0, 3).toUpperCase(), sizeName].filter(Boolean).join('-'),
            barcode: `40${String(1_000_000_000 + made * 1000 + COLOURS.indexOf(colour ?? '') * 10 + SIZES.indexOf(sizeName ?? '') + 11)}`,
            price: money(dollars),
            compareAt: random.next() < 0.15 ? money(dollars * 1.25) : null,
            cost: money(dollars * 0.42),
            countryOfOrigin: random.pick(['PT', 'DE', 'US', 'CN']),
            hsCode: random.next() < 0.8 ? random.pick(['610910', '420292', '732393', '691200', '940360']) : null,
            weight: { value: grams / 1000, unit: 'KILOGRAMS' },
            levels: stock(),
          };
        }),
      );
      const optionNames = [
        kind === 'colours' || kind === 'both' ? 'Color' : undefined,
        kind === 'sizes' || kind === 'both' ? 'Size' : undefined,
      ].filter((name): name is string => name !== undefined);
      add({
        title,
        type,
        tags: [type.toLowerCase(), index === 0 ? 'bestseller' : 'core'],
        optionNames: optionNames.length > 0 ? optionNames : ['Title'],
        descriptionHtml: `<p>${title}, made to last.</p>`,
        variants,
      });
    });
  });
  oddities(add, money, stock, locations);
}

/** What breaks connectors: see the last section of facts/merchants.md. */
function oddities(
  add: (product: NewProduct) => void,
  money: (dollars: number) => number,
  stock: () => Map<number, number>,
  locations: SeededLocations,
): void {
  const one = (over: Partial<NewVariant> & { price: number }): NewVariant[] => [
    { sku: null, weight: { value: 0.3, unit: 'KILOGRAMS' }, levels: stock(), ...over },
  ];
  add({ title: 'Mystery Box', type: 'Gifts', variants: one({ price: money(39), sku: null }) });
  add({ title: 'Sample Swatch', type: 'Gifts', variants: one({ price: money(0), sku: '' }) });
  add({ title: 'Signal Flag Alpha', type: 'Flags', variants: one({ price: money(15), sku: 'FLAG-01' }) });
  add({ title: 'Signal Flag Bravo', type: 'Flags', variants: one({ price: money(15), sku: 'FLAG-01' }) });
  add({ title: 'Spaced Out Socks', type: 'Socks', variants: one({ price: money(9), sku: ' SOCK 01 ' }) });
  add({ title: 'Lower Case Lamp', type: 'Home', variants: one({ price: money(59), sku: 'lamp-01' }) });
  add({ title: 'Upper Case Lamp', type: 'Home', variants: one({ price: money(61), sku: 'LAMP-01' }) });
  add({
    title: 'Harbor Gift Card',
    type: 'Gift Cards',
    giftCard: true,
    optionNames: ['Denomination'],
    variants: [25, 50, 100].map((dollars) => ({
      options: [`$${dollars}`],
      sku: `GIFT-${dollars}`,
      price: money(dollars),
      taxable: false,
      requiresShipping: false,
      tracked: false,
    })),
  });
  add({
    title: 'Knots E-Book',
    type: 'Downloads',
    variants: one({
      price: money(11),
      sku: 'EBOOK-KNOTS',
      requiresShipping: false,
      tracked: false,
      weight: null,
      levels: new Map(),
    }),
  });
  add({
    title: 'Engraving Service',
    type: 'Services',
    variants: one({ price: money(8), sku: 'ENGRAVE', requiresShipping: false, tracked: false, levels: new Map() }),
  });
  add({
    title: 'Untracked Postcards',
    type: 'Stationery',
    variants: one({ price: money(3), sku: 'POSTCARD', tracked: false, levels: new Map([[locations.main, 0]]) }),
  });
  add({
    title: 'Breakfast Bundle',
    type: 'Bundles',
    variants: one({
      price: money(44),
      sku: 'BUNDLE-BREAKFAST',
      components: [
        { sku: 'MU06-01', quantity: 2 },
        { sku: 'CA04-01-BLA', quantity: 1 },
      ],
      levels: new Map(),
    }),
  });
  add({
    title: 'Pre-Order Parka',
    type: 'Jackets',
    tags: ['pre-order'],
    variants: one({ price: money(210), sku: 'PREORDER-PARKA', policy: 'CONTINUE', levels: new Map([[locations.main, 0]]) }),
  });
  add({
    title: 'Last One',
    type: 'Sale',
    tags: ['sale'],
    variants: one({ price: money(5), sku: 'LAST-ONE', levels: new Map([[locations.main, 1]]) }),
  });
  add({
    title: 'East Only Buoy',
    type: 'Outdoor',
    variants: one({ price: money(28), sku: 'BUOY-EAST', levels: new Map([[locations.east, 25]]) }),
  });
  add({
    title: 'Oversold Oars',
    type: 'Outdoor',
    variants: one({ price: money(75), sku: 'OARS', policy: 'CONTINUE', levels: new Map([[locations.main, -3]]) }),
  });
  add({ title: 'Next Season Coat', type: 'Jackets', status: 'DRAFT', variants: one({ price: money(260), sku: 'COAT-NEXT' }) });
  add({
    title: 'Discontinued Dinghy',
    type: 'Outdoor',
    status: 'ARCHIVED',
    variants: one({ price: money(900), sku: 'DINGHY', levels: new Map([[locations.main, 2]]) }),
  });
  add({
    title:
      'Très longue désignation d’un article dont le nom dépasse largement ce que la plupart des systèmes de gestion acceptent, avec “guillemets”, émoji ⚓ et 日本語',
    type: 'Gifts',
    variants: one({ price: money(19.99), sku: 'ÜNÏCODE-⚓-1' }),
  });
}
