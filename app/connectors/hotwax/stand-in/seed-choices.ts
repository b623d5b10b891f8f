import type { SeedTable } from './entity.ts';

const method = (id: string, description: string, order: number) => [id, description, order];

/** What orders, products and returns choose from. Source: hotwax.md §2.3 "Seeds", §3.6; texts are ours. */
export const CHOICES: SeedTable[] = [
  [
    'ShipmentMethodType',
    'shipmentMethodTypeId description sequenceNum',
    [
      method('STANDARD', 'Standard', 10),
      method('SECOND_DAY', 'Second Day', 20),
      method('THIRD_DAY', 'Third Day', 30),
      method('NEXT_DAY', 'Next Day', 40),
      method('STOREPICKUP', 'Store Pickup', 50),
      method('SHIP_TO_STORE', 'Ship to Store', 60),
      method('NO_SHIPPING', 'No Shipping', 70),
      method('POS_COMPLETED', 'POS Completed', 80),
    ],
  ],
  [
    'PaymentMethodType',
    'paymentMethodTypeId description paymentMethodCode',
    [
      ['EXT_SHOP_AFTRPAY', 'Afterpay', 'Afterpay'],
      ['EXT_SHOP_AFTRPAY_NA', 'Afterpay North America', 'afterpay_north_america'],
      ['EXT_SHOP_AMEX', 'American Express', 'american_express'],
      ['EXT_SHOP_CASH_ON_DEL', 'Cash on Delivery', 'Cash on Delivery (COD)'],
      ['EXT_SHOP_DISCOVER', 'Discover', 'discover'],
      ['EXT_SHOP_KLARNA', 'Klarna', 'Klarna'],
      ['EXT_SHOP_MASTERCARD', 'Mastercard', 'mastercard'],
      ['EXT_SHOP_PAYPAL', 'PayPal', 'paypal'],
      ['EXT_SHOP_PAY_INSTALL', 'Shop Pay Installments', 'shop_pay_installments'],
      ['EXT_SHOP_VISA', 'Visa', 'visa'],
      ['EXT_SHOP_OTHR_GTWAY', 'Other Gateway', null],
      ['EXT_GIFT_CARD', 'Gift Card', 'gift_card'],
      ['SHOP_STORE_CREDIT', 'Shopify Store Credit', 'shopify_store_credit'],
      ['STORE_CREDIT', 'Store Credit', null],
      ['EXCHANGE_CREDIT', 'Exchange Credit', 'exchange-credit'],
      ['EXCHANGE_PAYMENT', 'Exchange Payment', null],
    ],
  ],
  [
    'ProductType',
    'productTypeId description isPhysical isDigital',
    [
      ['FINISHED_GOOD', 'Finished Good', 'Y', 'N'],
      ['DIGITAL_GOOD', 'Digital Good', 'N', 'Y'],
      ['DONATION', 'Donation', 'N', 'Y'],
      ['SERVICE', 'Service', 'N', 'N'],
      ['MARKETING_PKG_PICK', 'Marketing Package: Pick Assembly', 'Y', 'N'],
      ['GIFT_CARD', 'Gift Card', 'N', 'Y'],
    ],
  ],
  [
    'GoodIdentificationType',
    'goodIdentificationTypeId description',
    [
      ['SKU', 'SKU'],
      ['UPCA', 'UPC'],
      ['SHOPIFY_PROD_ID', 'Shopify product id'],
      ['SHOPIFY_PROD_SKU', 'Shopify product SKU'],
    ],
  ],
  [
    'OrderAdjustmentType',
    'orderAdjustmentTypeId description',
    [
      ['SALES_TAX', 'Sales Tax'],
      ['VAT_TAX', 'VAT'],
      ['SHIPPING_CHARGES', 'Shipping and Handling'],
      ['SHIPPING_SALES_TAX', 'Tax on Shipping'],
      ['EXT_PROMO_ADJUSTMENT', 'External Promotion'],
      ['PROMOTION_ADJUSTMENT', 'Promotion'],
      ['DISCOUNT_ADJUSTMENT', 'Discount'],
      ['DUTY', 'Duty'],
      ['FEE', 'Fee'],
      ['DONATION_ADJUSTMENT', 'Donation'],
      ['EXT_SHIP_ADJUSTMENT', 'External Shipping'],
      ['MISCELLANEOUS_CHARGE', 'Miscellaneous'],
    ],
  ],
  [
    'ReturnReason',
    'returnReasonId description',
    [
      'COLOR',
      'DEFECTIVE',
      'NOT_AS_DESCRIBED',
      'OTHER',
      'SIZE_TOO_LARGE',
      'SIZE_TOO_SMALL',
      'STYLE',
      'UNKNOWN',
      'UNWANTED',
      'WRONG_ITEM',
    ].map((id) => [id, id.replaceAll('_', ' ').toLowerCase()]),
  ],
  [
    'ReturnType',
    'returnTypeId description',
    [
      ['RTN_REFUND', 'Refund'],
      ['RTN_REPLACE', 'Replacement'],
      ['RTN_CREDIT', 'Store Credit'],
    ],
  ],
  [
    'ReturnItemType',
    'returnItemTypeId description',
    [
      ['RET_FPROD_ITEM', 'Return finished good item'],
      ['RET_PROD_ITEM', 'Return product item'],
    ],
  ],
];
