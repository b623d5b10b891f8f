import { Vault } from '../core/crypto.ts';
import { env } from '../env.server.ts';

let opened: Vault | undefined;

/** The vault of this process, with the keys of ENCRYPTION_KEYS. */
export function vault(): Vault {
  opened ??= new Vault(env.ENCRYPTION_KEYS);
  return opened;
}
