/** Calls by name, with what is looked for left out: faults and the call log know them by it. */
const NAMED: [method: string, path: RegExp, name: string][] = [
  ['POST', /^\/cart\/orders\/update\/[^/]+$/, 'POST /cart/orders/update/:ref'],
  ['POST', /^\/cart\/shipmethod\/[^/]+$/, 'POST /cart/shipmethod/:source'],
  ['GET', /^\/cart\/shipmethod\/list\/[^/]+$/, 'GET /cart/shipmethod/list/:source'],
  ['GET', /^\/cart\/orders\/wms_cancel\/[^/]+$/, 'GET /cart/orders/wms_cancel/:ref'],
  ['GET', /^\/cart\/orders\/status\/[^/]+$/, 'GET /cart/orders/status/:ref'],
  ['GET', /^\/merchant\/orders\/status\/[^/]+$/, 'GET /merchant/orders/status/:ref'],
  ['GET', /^\/cart\/orders\/[^/]+$/, 'GET /cart/orders/:ref'],
  ['GET', /^\/merchant\/orders\/[^/]+$/, 'GET /merchant/orders/:ref'],
  ['GET', /^\/merchant\/inventory\/[^/]+$/, 'GET /merchant/inventory/:sku'],
  ['GET', /^\/merchant\/product\/[^/]+$/, 'GET /merchant/product/:sku'],
];

const BASE = '/v1';

/** A path below `/v1`, with or without a trailing slash. */
export function below(path: string): string {
  const start = path.indexOf(`${BASE}/`);
  return start < 0 ? path : path.slice(start + BASE.length).replace(/\/+$/, '') || '/';
}

/** `GET /cart/orders/status/:ref`. Lists keep their status: `GET /cart/orders/list/shipped`. */
export function operationOf(method: string, path: string): string {
  const own = below(path);
  return NAMED.find(([verb, pattern]) => verb === method && pattern.test(own))?.[2] ?? `${method} ${own}`;
}
