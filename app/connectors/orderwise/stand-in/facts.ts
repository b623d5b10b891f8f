/** The facts that refusals cite: section, words, and how sure it is. A guess says so. */
export const FACTS = {
  unauthorized: 'orderwise.md §5 "401 (often empty body)" [C]',
  expiry:
    'orderwise.md §5 "Life: S8 says 30 days, yet 28-day caching wasn\'t working; cache <= 55 min, on 401 mint, retry once" [C]',
  loginCap: 'orderwise.md §5 "cache <= 55 min"; that minting a token for every call is refused is a sandbox rule [GUESS]',
  forbidden: 'orderwise.md §5 "403 API user group lacks the right", §2 "API Export Definitions permission" [C]',
  concurrency: 'orderwise.md §5 "two heavy jobs at once make OrderWise error: limit concurrency to 1-2 per instance" [C S8]',
  throttled: 'orderwise.md §5 "No documented rate limit"; 429 is switchable [GUESS]',
  badRequest: 'orderwise.md §5 "400 bad request/validation", body ASP.NET style {"Message":...} [W]',
  serverError: 'orderwise.md §5 "5xx" [C]',
  unknownPath: 'sandbox rule: a path that orderwise.md §5 does not list, or that is not imitated, is refused by name',
  unknownField: 'sandbox rule: a field nobody documented is refused, never ignored (what OrderWise does with it is unknown)',
  unknownParameter: 'sandbox rule: a query parameter nobody documented is refused, never ignored',
  notFound: 'orderwise.md §5 "404" [C]',
  sessionNotFound: 'orderwise.md §7.2 "unknown session: 400 Session not found" [text is a GUESS]',
  variant: 'orderwise.md §5 "variant code: <CODE> does not exist or is not active" [C S4]',
  noVariant: 'orderwise.md §5 "no variant has been provided" [C S4]',
  unknownId: 'orderwise.md §7.2 "unknown customer/delivery/payment/tax id: 400"',
  order: 'orderwise.md §5 "Orders" [C S4+S5]; names beyond the sample are guesses by analogy with the XML',
  orderType:
    'orderwise.md §5 "systemOrderType: 1 order, 2 quote, 3 paused, 4 credit, 5 schedule, 6 bulk"; 2, 5 and 6 are not imitated',
  totals:
    'orderwise.md §4.6 "Totals must balance: Net = sum(ItemNet x Qty) + DeliveryNet + surcharges - discounts, likewise Gross" [C S2]',
  dissur: 'orderwise.md §4.6 "Description must be a code known to OrderWise" [C S2]',
  payments:
    'orderwise.md §4.6 "Description = OrderWise payment method name; leave out for unpaid"; more paid than due is refused [GUESS]',
  duplicate: 'orderwise.md §5 "Whether a repeated eCommerceOrderNumber is refused is unknown"; switched on by limits.duplicates',
  exportNotFound: 'orderwise.md §7.3 "unknown id: 404"; §2 "Export Definition Not Found"',
  exportParameter: 'orderwise.md §5 "A renamed parameter makes the call fail"; §7.3 "unknown parameter: 400 {"Message"}" [W]',
  exportBody: 'orderwise.md §5 "body is a JSON array of parameters [{name, value}]" [C S5+S6]',
  valueList:
    'orderwise.md §5 "value-lists: 1 currency, 2 tax rate, 4 stock location, 15 order type, 18 delivery, 20 payment, 56 price list" [C S4]',
  customer: 'orderwise.md §6 "Customer JSON" [C S7]; POST /customers is a guess (§5)',
  variantWrite: 'orderwise.md §5 "POST /variants?template_variant_id=; PUT /variants/{id}" [C S8]; the body is a guess after GET',
  stockOut: 'orderwise.md §5 "POST /stock/adjust-stock-out {stockLocationID,binID,quantity,variantID}" [C S5]',
  paging: 'orderwise.md §5 "GET /customers?limit=1000&last_id={id} (keyset paging, stop on empty)" [C S7]',
  importXml: 'orderwise.md §4.1 "Answer 200, Content-Type: text/xml, UTF-8, whole document <XMLFile><SalesOrders>" [C S2]',
  xmlOrder: 'orderwise.md §4.6 "SalesOrder fields" [C S2]',
  xmlElement: 'orderwise.md §4.6 lists the elements; sandbox rule: one that nobody documented is refused, never ignored',
  exportReply: 'orderwise.md §4.4 "Reply expected by OrderWise: <XMLFile><Responses><Response><Type>Log</Type><Message>" [C S3]',
} as const;
