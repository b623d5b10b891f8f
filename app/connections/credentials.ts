import { vault } from '../db/vault.ts';

const contextOf = (shopId: number, connectionId: string) => `connection:${shopId}:${connectionId}`;

/** Secret settings as they are stored; null where there are none. Bound to their row: copied elsewhere they don't open. */
export function sealCredentials(
  shopId: number,
  connectionId: string,
  secrets: Record<string, string>,
): Buffer<ArrayBuffer> | null {
  return Object.keys(secrets).length === 0 ? null : vault().seal(JSON.stringify(secrets), contextOf(shopId, connectionId));
}

export function openCredentials(shopId: number, connectionId: string, sealed: Uint8Array | null): Record<string, string> {
  return sealed ? (JSON.parse(vault().open(sealed, contextOf(shopId, connectionId))) as Record<string, string>) : {};
}
