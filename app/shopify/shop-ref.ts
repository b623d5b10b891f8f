/** Which shop: our own id and its permanent `….myshopify.com` domain. */
export interface ShopRef {
  id: number;
  domain: string;
}
