import { expect, test } from 'vitest';
import { openTestShop } from './testing/open-test-shop.ts';

const MONEY = 'shopMoney { amount currencyCode } presentmentMoney { amount currencyCode }';
const TAX = `title rate ratePercentage source channelLiable priceSet { ${MONEY} }`;
const ADDRESS =
  'id firstName lastName name company address1 address2 city province provinceCode zip country countryCodeV2 phone validationResultSummary';
const VARIANT = `id legacyResourceId title displayName sku barcode position price compareAtPrice taxable inventoryPolicy inventoryQuantity requiresComponents createdAt updatedAt selectedOptions { name value }
  inventoryItem { id sku tracked requiresShipping unitCost { amount currencyCode } countryCodeOfOrigin provinceCodeOfOrigin harmonizedSystemCode measurement { weight { value unit } } updatedAt }`;
const LOCATION = `id legacyResourceId name isActive fulfillsOnlineOrders shipsInventory hasActiveInventory hasUnfulfilledOrders isFulfillmentService fulfillmentService { id handle serviceName type inventoryManagement trackingSupport }
  address { address1 address2 city province provinceCode zip country countryCode phone } localPickupSettingsV2 { pickupTime instructions } updatedAt`;

/** What a connector reads of each thing, all at once: every field of it must be answered. */
const READS: Record<string, string> = {
  shop: `{ shop { id name myshopifyDomain primaryDomain { host url } email contactEmail shopOwnerName plan { publicDisplayName shopifyPlus partnerDevelopment } currencyCode enabledPresentmentCurrencies ianaTimezone timezoneOffsetMinutes
    weightUnit unitSystem taxesIncluded taxShipping orderNumberFormatPrefix orderNumberFormatSuffix shopAddress { company address1 address2 city province provinceCode zip country countryCodeV2 phone }
    resourceLimits { locationLimit maxProductVariants maxProductOptions } setupRequired paymentSettings { supportedDigitalWallets } fulfillmentServices { id handle serviceName type callbackUrl location { id name } } }
    currentAppInstallation { id accessScopes { handle } app { id handle title } activeSubscriptions { id } } publicApiVersions { handle displayName supported } shopifyPaymentsAccount { id activated country defaultCurrency } }`,
  places: `{ locations(first: 9, includeInactive: true, includeLegacy: true, sortKey: ID) { nodes { ${LOCATION} } pageInfo { hasNextPage endCursor } } inventoryProperties { quantityNames { name displayName isInUse belongsTo comprises } } }`,
  products: `{ products(first: 9, query: "updated_at:>='2020-01-01T00:00:00Z'", sortKey: UPDATED_AT) { nodes { id legacyResourceId handle title descriptionHtml vendor productType category { id fullName } status tags isGiftCard publishedAt createdAt updatedAt
    options { id name position values } featuredMedia { id preview { image { url altText } } } variantsCount { count precision } variants(first: 5) { nodes { ${VARIANT} } pageInfo { hasNextPage } } } } productTypes(first: 5) { nodes pageInfo { hasNextPage } } }`,
  order: `{ orders(first: 1) { nodes { id legacyResourceId name number createdAt processedAt updatedAt cancelledAt cancelReason closedAt confirmed test edited displayFinancialStatus displayFulfillmentStatus returnStatus fulfillable requiresShipping
    currencyCode presentmentCurrencyCode paymentGatewayNames sourceName sourceIdentifier registeredSourceUrl attribution { handle displayName } app { id name } retailLocation { id name } poNumber tags note customAttributes { key value } email phone customerLocale
    customer { id firstName lastName displayName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } taxExempt tags } billingAddress { ${ADDRESS} } shippingAddress { ${ADDRESS} }
    purchasingEntity { __typename ... on PurchasingCompany { company { id name } location { id name } } } taxesIncluded taxExempt estimatedTaxes dutiesIncluded discountCodes totalWeight
    subtotalPriceSet { ${MONEY} } totalPriceSet { ${MONEY} } totalTaxSet { ${MONEY} } totalShippingPriceSet { ${MONEY} } totalDiscountsSet { ${MONEY} } totalTipReceivedSet { ${MONEY} } totalRefundedSet { ${MONEY} } totalOutstandingSet { ${MONEY} }
    currentTotalPriceSet { ${MONEY} } currentTotalTaxSet { ${MONEY} } totalCashRoundingAdjustment { paymentSet { ${MONEY} } refundSet { ${MONEY} } } taxLines { ${TAX} }
    discountApplications(first: 5) { nodes { __typename index allocationMethod targetSelection targetType ... on DiscountCodeApplication { code } ... on AutomaticDiscountApplication { title } ... on ManualDiscountApplication { title description } } }
    risk { recommendation assessments { riskLevel provider { title } facts { description sentiment } } }
    shippingLine { id title code source carrierIdentifier } shippingLines(first: 5, includeRemovals: false) { nodes { id title code source carrierIdentifier deliveryCategory custom isRemoved originalPriceSet { ${MONEY} } discountedPriceSet { ${MONEY} } taxLines { ${TAX} }
      discountAllocations { allocatedAmountSet { ${MONEY} } discountApplication { index } } } } } } }`,
  lines: `{ orders(first: 1) { nodes { lineItems(first: 9) { nodes { id name title variantTitle sku vendor quantity currentQuantity unfulfilledQuantity refundableQuantity nonFulfillableQuantity requiresShipping taxable isGiftCard product { id productType } variant { id inventoryItem { id } }
    weight { value unit } customAttributes { key value } lineItemGroup { id title quantity variantId } originalUnitPriceSet { ${MONEY} } discountedUnitPriceAfterAllDiscountsSet { ${MONEY} } totalDiscountSet { ${MONEY} }
    discountAllocations { allocatedAmountSet { ${MONEY} } discountApplication { index } } taxLines { ${TAX} } duties { id price { ${MONEY} } } } pageInfo { hasNextPage endCursor } } } } }`,
  fulfilment: `{ orders(first: 1) { nodes { transactions(first: 9) { id kind status gateway formattedGateway manualPaymentGateway processedAt createdAt test paymentId authorizationExpiresAt multiCapturable parentTransaction { id } amountSet { ${MONEY} } totalUnsettledSet { ${MONEY} }
    paymentDetails { __typename ... on CardPaymentDetails { company wallet paymentMethodName } } }
    fulfillmentOrders(first: 9) { nodes { id orderId orderName orderProcessedAt status requestStatus fulfillAt fulfillBy updatedAt supportedActions { action } assignedLocation { name location { id } }
      destination { firstName lastName company address1 address2 city province zip countryCode email phone } deliveryMethod { methodType presentedName serviceCode sourceReference minDeliveryDateTime maxDeliveryDateTime }
      fulfillmentHolds { id handle reason reasonNotes heldByRequestingApp } merchantRequests(first: 2) { nodes { id } } fulfillments(first: 5) { nodes { id } }
      lineItems(first: 9) { nodes { id inventoryItemId sku totalQuantity remainingQuantity requiresShipping weight { value unit } lineItem { id } } pageInfo { hasNextPage endCursor } } } pageInfo { hasNextPage } }
    fulfillments(first: 9) { id name status displayStatus createdAt updatedAt location { id } trackingInfo(first: 3) { company number url } events(first: 3) { nodes { id status happenedAt } } fulfillmentLineItems(first: 5) { nodes { id quantity lineItem { id } } } }
    metafields(first: 5, namespace: "$app") { nodes { namespace key type value updatedAt compareDigest } } } } }`,
  refunds: `{ orders(first: 1) { nodes { refunds(first: 5) { id createdAt note order { id name } return { id name status } totalRefundedSet { ${MONEY} }
    refundLineItems(first: 9) { nodes { id quantity restockType restocked location { id } lineItem { id sku } priceSet { ${MONEY} } subtotalSet { ${MONEY} } totalTaxSet { ${MONEY} } } pageInfo { hasNextPage } }
    refundShippingLines(first: 3) { nodes { id subtotalAmountSet { ${MONEY} } taxAmountSet { ${MONEY} } shippingLine { id title } } } orderAdjustments(first: 3) { nodes { id reason amountSet { ${MONEY} } taxAmountSet { ${MONEY} } } } transactions(first: 5) { nodes { id kind status gateway amountSet { ${MONEY} } } } }
    returnStatus returns(first: 5, reverse: true) { nodes { id name status exchangeLineItems(first: 1) { nodes { id } }
      returnLineItems(first: 9) { nodes { id processedQuantity ... on ReturnLineItem { fulfillmentLineItem { id lineItem { id } } } } } } } } } tenderTransactions(first: 5, query: "processed_at:>'2020-01-01'") { nodes { id processedAt paymentMethod remoteReference test amount { amount currencyCode } order { id name } } } }`,
  delivery: `{ deliveryProfiles(first: 5) { nodes { id name default version activeMethodDefinitionsCount } } carrierServices(first: 5) { nodes { id name formattedName active callbackUrl supportsServiceDiscovery } }
    availableCarrierServices { carrierService { id availableServicesForCountries(restOfWorld: true) { name } } locations { id name } } channels(first: 5) { nodes { id name handle specificationHandle accountName app { id title handle } } }
    publications(first: 5, catalogType: APP) { nodes { id autoPublish supportsFuturePublishing catalog { id title status } channels(first: 2) { nodes { id name } } } } webhookSubscriptions(first: 5) { nodes { id topic uri format filter includeFields name apiVersion { handle } } } }`,
};

test.each(Object.keys(READS))('all that a connector reads of %s is answered', async (name) => {
  const shop = openTestShop();
  const { name: order } = await shop.order({
    lines: [{ sku: 'MU06-01', quantity: 2, discount: 1, attributes: { engraving: 'A' } }, { sku: 'BUNDLE-BREAKFAST' }],
    shipping: { title: 'Express', price: 9, discount: 1 },
    discounts: [
      { code: 'X', percentage: 10 },
      { title: 'Thanks', amount: 1 },
    ],
    gateway: [{ name: 'gift_card', amount: 5 }, 'shopify_payments'],
    company: 'ACME',
    risk: 'high',
    tip: 1,
    note: 'n',
    attributes: { a: 'b' },
  });
  await shop.control(`/shopify/orders/${order}/fulfil`, {
    lines: [{ sku: 'MU06-01', quantity: 1 }],
    tracking: 'T',
    carrier: 'DPD',
  });
  await shop.control(`/shopify/orders/${order}/refund`, { lines: [{ sku: 'CA04-01-BLA', quantity: 1 }], shipping: 2 });
  await shop.control(`/shopify/orders/${order}/return`, { lines: [{ sku: 'MU06-01', quantity: 1 }] });
  const answer = await shop.graphql(READS[name] ?? '');
  expect(answer.errors).toBeUndefined();
  expect(answer.status).toBe(200);
});
