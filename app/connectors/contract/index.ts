export type * from './connector.ts';
export { defineConnector } from './connector.ts';
export type * from './facilities.ts';
export type * from './inbound.ts';
export type * from './orders.ts';
export type * from './products.ts';
export type * from './returns.ts';
export type * from './shipments.ts';
export type * from './stock.ts';
