import { Session } from '@shopify/shopify-api';
import type { SessionStorage } from '@shopify/shopify-app-session-storage';
import { deleteSessions, findSessions, loadSession, saveSession, type StoredSession } from './session-table.ts';

function toSession(stored: StoredSession): Session {
  const { expires, refreshTokenExpires, ...rest } = stored;
  return new Session({
    ...rest,
    ...(expires === undefined ? {} : { expires: new Date(expires) }),
    ...(refreshTokenExpires === undefined ? {} : { refreshTokenExpires: new Date(refreshTokenExpires) }),
  } as ConstructorParameters<typeof Session>[0]);
}

/** The library's interface on our own table. Rows written with a key that is gone count as absent: the library then asks Shopify for a new token. */
export const sessionStorage: SessionStorage = {
  async storeSession(session) {
    const { expires, refreshTokenExpires, ...rest } = session.toObject();
    await saveSession({
      ...rest,
      ...(expires ? { expires: expires.getTime() } : {}),
      ...(refreshTokenExpires ? { refreshTokenExpires: refreshTokenExpires.getTime() } : {}),
    } as StoredSession);
    return true;
  },
  async loadSession(id) {
    const stored = await loadSession(id);
    return stored && toSession(stored);
  },
  async deleteSession(id) {
    await deleteSessions([id]);
    return true;
  },
  async deleteSessions(ids) {
    await deleteSessions(ids);
    return true;
  },
  async findSessionsByShop(shop) {
    return (await findSessions(shop)).map(toSession);
  },
};
