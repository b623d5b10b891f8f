import type { World } from './world.ts';

/**
 * The WMS's code for an order's ship code: what the cart maps it to, or itself when it is one of the WMS's own (a guess: API carts may
 * send those). A code seen for the first time is noted as unmapped. Undefined = unmapped. Source: extensiv.md §1.3.
 */
export function workingShipCode(
  world: World,
  cartPk: number,
  code: string | null,
  description: string | null = null,
): string | null | undefined {
  if (code === null) return null;
  if (world.state.get('SELECT 1 FROM ship_methods WHERE code = ?', code)) return code;
  world.state.run(
    'INSERT INTO cart_ship_methods (cart_pk, cart_code, description) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    cartPk,
    code,
    description,
  );
  return (
    world.state.get<{ wms_code: string | null }>(
      'SELECT wms_code FROM cart_ship_methods WHERE cart_pk = ? AND cart_code = ?',
      cartPk,
      code,
    )?.wms_code ?? undefined
  );
}

/** Maps a cart's code; orders that waited for it go out at the next delivery run. */
export function mapShipCode(world: World, cartPk: number, cartCode: string, wmsCode: string | null, deliverAt: number): void {
  world.state.run(
    `INSERT INTO cart_ship_methods (cart_pk, cart_code, wms_code) VALUES (?, ?, ?)
     ON CONFLICT (cart_pk, cart_code) DO UPDATE SET wms_code = excluded.wms_code`,
    cartPk,
    cartCode,
    wmsCode,
  );
  if (wmsCode === null) return;
  world.state.run(
    `UPDATE orders SET status = 'new', error_reason = NULL, error_msg = NULL, error_at = NULL, deliver_at = ?, updated_at = ?
     WHERE cart_pk = ? AND status = 'error' AND error_reason = ? AND json_extract(data, '$.ship_code') = ?`,
    deliverAt,
    world.clock.now(),
    cartPk,
    UNMAPPED,
    cartCode,
  );
}

/** `error_reason` of an order that waits for a mapping. The text is a guess. */
export const UNMAPPED = 'Unmapped Ship Method';
