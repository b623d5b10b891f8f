/** Why the app didn't do what was asked, as the second part of a message's key: `failure.<kind>.title`. */
export const failureKinds = ['unreachable', 'timeout', 'signedOut', 'notInstalled', 'notAllowed', 'unknownId', 'broken'] as const;
export type FailureKind = (typeof failureKinds)[number];

export class AppFailure extends Error {
  readonly kind: FailureKind;
  /** The app logged its own mistake under this number. */
  readonly reference: string;

  constructor(kind: FailureKind, reference = '') {
    super(kind);
    this.name = 'AppFailure';
    this.kind = kind;
    this.reference = reference;
  }
}

const TIMEOUT_MS = 15_000;

/** What the app says when it refuses. */
const kinds = new Map(
  Object.entries<FailureKind>({
    'app-not-installed': 'notInstalled',
    'role-too-low': 'notAllowed',
    'not-an-order': 'unknownId',
    'not-a-product': 'unknownId',
    'nothing-chosen': 'unknownId',
  }),
);

async function failureOf(response: Response): Promise<AppFailure> {
  const body: unknown = await response.json().catch(() => null);
  const told = typeof body === 'object' && body !== null ? body : {};
  const reference = 'reference' in told && typeof told.reference === 'string' ? told.reference : String(response.status);
  const code = 'error' in told ? String(told.error) : '';
  return new AppFailure(response.status === 401 ? 'signedOut' : (kinds.get(code) ?? 'broken'), reference);
}

/** A question to the app. Relative addresses lead to it, and Shopify adds the ID token (shopify.dev: admin extensions, network features). */
export interface Question<Answer> {
  url: string;
  method: 'GET' | 'POST';
  /** Sent as JSON. */
  body?: unknown;
  /** Whether a body that came with status 200 is the app's: a proxy's page or an older app must not break the extension. */
  isAnswer: (body: unknown) => body is Answer;
}

/** Asks the app. Everything that goes wrong is an AppFailure. */
export async function askApp<Answer>(request: typeof fetch, { url, method, body, isAnswer }: Question<Answer>): Promise<Answer> {
  let response: Response;
  try {
    response = await request(url, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new AppFailure(error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'unreachable');
  }
  if (!response.ok) throw await failureOf(response);
  const answer: unknown = await response.json().catch(() => null);
  if (!isAnswer(answer)) throw new AppFailure('broken', String(response.status));
  return answer;
}

/** Whatever was thrown, as something an extension can say. */
export function asAppFailure(thrown: unknown): AppFailure {
  return thrown instanceof AppFailure ? thrown : new AppFailure('broken', thrown instanceof Error ? thrown.name : '');
}
