/** The fields of an order and its lines, by their documented form. Source: extensiv.md §2.3. */
const ADDRESS = [
  'company',
  'title',
  'first_name',
  'last_name',
  'address_1',
  'address_2',
  'address_3',
  'city',
  'state',
  'zip',
  'country',
  'phone',
  'e_mail',
];

export const ORDER_REQUIRED = [
  'cust_ref',
  'ship_address_1',
  'ship_city',
  'ship_state',
  'ship_zip',
  'ship_country',
  'items',
] as const;
export const BILLING = ADDRESS.map((name) => `cust_${name}`);
export const ORDER_TEXTS = [
  'cust_ref',
  'cust_po_no',
  ...ADDRESS.map((name) => `ship_${name}`),
  ...BILLING,
  'customer_id',
  'ship_code',
  'ship_code_description',
  'carrier',
  'ship_account_no',
  'shipping_instructions',
  'gift_message',
  'location',
  'order_source',
  'promo_code',
  'custom_field_1',
  'custom_field_2',
  'custom_field_3',
  'custom_field_4',
  'custom_field_5',
  'pay_type',
  'currency_code',
];
export const ORDER_DATES = ['order_date', 'requested_ship_date', 'expected_delivery_date'];
/** `sales_tax` is also sent as `tax`. */
export const ORDER_NUMBERS = ['weight', 'sub_total', 'order_discount', 'sales_tax', 'tax', 'shipping_handling', 'grand_total'];
/** Fields that have a form of their own. */
export const ORDER_OTHERS = ['ship_is_billing', 'ship_address_type', 'gift_wrap', 'extra_fields', 'items'];

export const ITEM_TEXTS = ['item', 'line_no', 'description', 'line_comment', 'lot_number', 'line_item_id'];
/** `shipping_surcharge` is also spelt `shipping_subcharge`. */
export const ITEM_NUMBERS = [
  'quantity',
  'price',
  'discount',
  'addl_discount',
  'extended_amount',
  'tax',
  'shipping_surcharge',
  'shipping_subcharge',
];
export const ITEM_OTHERS = ['extra_fields'];
