/** Who does something, for the audit log. */
export interface Actor {
  /** Shopify's user id; null for the app itself. */
  userId: string | null;
  userName: string;
}

/** The app acting by itself: schedules, webhooks, the demo. */
export const appItself: Actor = { userId: null, userName: 'Crossdock' };
