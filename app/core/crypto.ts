import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Encryption at rest: AES-256-GCM. `keys` maps a version to 32 bytes; the highest version encrypts, every
 * version still there decrypts, so that keys can be rotated. Layout: version (1 byte) | nonce (12) | tag (16) | text.
 */
export class Vault {
  readonly #keys: Map<number, Buffer>;
  readonly #current: number;

  constructor(keys: ReadonlyMap<number, Buffer>) {
    for (const [version, key] of keys) {
      if (version < 1 || version > 255 || key.length !== 32)
        throw new RangeError(`Encryption key ${version} must be 32 bytes, version 1 to 255`);
    }
    if (keys.size === 0) throw new RangeError('No encryption key was given');
    this.#keys = new Map(keys);
    this.#current = Math.max(...keys.keys());
  }

  get currentVersion(): number {
    return this.#current;
  }

  /** `context` binds the text to its place (table, shop, row): moved elsewhere it no longer opens. */
  seal(text: string, context: string): Buffer<ArrayBuffer> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.#current), nonce);
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([this.#current]), nonce, cipher.getAuthTag(), sealed]);
  }

  open(sealed: Uint8Array, context: string): string {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', this.#key(bytes[0] ?? 0), bytes.subarray(1, 13), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(13, 29));
    return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString('utf8');
  }

  #key(version: number): Buffer {
    const key = this.#keys.get(version);
    if (!key) throw new RangeError(`Encryption key ${version} is missing; a value was encrypted with it`);
    return key;
  }
}

/** A random secret that fits in a URL; 32 characters hold 192 bits. */
export function randomToken(characters = 32): string {
  return randomBytes(Math.ceil((characters * 3) / 4))
    .toString('base64url')
    .slice(0, characters);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function hmacBase64(secret: string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}

/** Compares secrets in constant time, whatever their lengths. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(expected).digest());
}
