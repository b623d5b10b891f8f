/** The facts that refusals cite: section, words, and how sure it is. A guess says so. */
export const FACTS = {
  badKey:
    'extensiv.md §2.1 "Auth: HTTP Basic api_user:api_key" [DOC]; "Bad credentials: status unknown [GUESS 401 + error body]"',
  keysInUrl: 'extensiv.md §2.1 "Older: ?api_user=&api_key= in the URL (still seen in code; do not use)"',
  level:
    'extensiv.md §2.1 "Levels with separate keys: Cart, Merchant, Warehouse, Master" [DOC]; the answer to a wrong one is a guess',
  merchantPk: 'extensiv.md §2.2 "header X-Merchant-Pk selects the merchant for merchant calls" [CODE]',
  rateLimit: 'extensiv.md §2.1 "leaky bucket 100, refill one per 0.6 s; the New Order call is not limited" [DOC]',
  envelope: 'extensiv.md §2.1 "Invalid = bad/missing data; Failure = hard error"; "HTTP is 200 even for errors" [DOC, CODE]',
  unknownPath: 'sandbox rule: a path that extensiv.md §2.2 does not list, or that is not imitated, is refused by name',
  unknownParameter: 'sandbox rule: a query parameter that extensiv.md §2.2 does not list is refused, never ignored',
  unknownField:
    'sandbox rule: a field that extensiv.md §2.3 does not list is refused, never ignored (what IM does with it is unknown)',
  method: 'extensiv.md §2.1 "Only GET and POST" [CODE]',
  paging: 'extensiv.md §2.1 "limit (default 20, max 100; a caller uses 250 on inventory), page from 1" [CODE]',
  dates: 'extensiv.md §2.1 "timestamps ISO 8601 with zone ... encode + as %2B in queries" [DOC]',
  status: 'extensiv.md §1.6, §2.4: the statuses a list can be asked for [DOC]',
  anyTimesOut: 'extensiv.md §2.4 "`any` without dates can time out" [CODE]',
  orderNotFound: 'extensiv.md §2.2 "GET /cart/orders/{cust_ref}" [CODE]; the text for an unknown one is a guess',
  productNotFound: 'extensiv.md §2.2 "GET /merchant/inventory/{sku}" [CODE]; the text for an unknown one is a guess',
  required: 'extensiv.md §2.3 required fields; message "Order missing required field(s): cust_ref" [FIXTURE]',
  billing: 'extensiv.md §2.3 "billing cust_* same set (cust_company or a name)" [CODE; when it is demanded is a guess]',
  value: "extensiv.md §2.3 order create, the field's documented form",
  arithmetic:
    'extensiv.md §2.3 "Arithmetic (A1)": documented; that IM itself checks it is not known (a sample of its documents breaks it), the sandbox does',
  duplicate: 'extensiv.md §2.1 "Failure = hard error such as duplicate order"; §2.3 "Single duplicate text unknown [GUESS]"',
  oneOrder:
    'extensiv.md §2.2 "POST /cart/orders/cartrover (one order object; PHP client posts an array)"; an array of several is not imitated',
  batch: 'extensiv.md §2.2 "POST /cart/orders/batch (array)" [CODE]',
  filtered: 'extensiv.md §1.4 "Filter Order (order refused)" [DOC]; its text to an API cart is a guess',
  cancelLate: 'extensiv.md §2.2 "POST /cart/orders/cancel/cartrover (early cancel)" [CODE]; its refusal\'s text is a guess',
  confirm: 'extensiv.md §2.2 "POST /cart/orders/update/{cust_ref}" [FIXTURE]; when it is refused is a guess',
  shipMethod: 'extensiv.md §2.2 "[{cart_code,wms_code|null}]" [CODE]',
} as const;
