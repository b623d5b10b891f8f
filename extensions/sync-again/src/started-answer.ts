/** What the app answers when it was asked to sync records again (`/api/extension/sync`). */
export interface StartedAnswer {
  /** How many of them are on their way. */
  started: number;
  /** Whether the shop has an active connection that takes them. */
  connected: boolean;
}

export function isStartedAnswer(body: unknown): body is StartedAnswer {
  if (typeof body !== 'object' || body === null) return false;
  return 'started' in body && typeof body.started === 'number' && 'connected' in body;
}
