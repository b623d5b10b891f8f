import { notFound } from './_shared/failure.server.ts';

/**
 * Every address that is no page. Without it React Router warns on the console with the whole address, and that of a document holds the
 * ID token of whoever opened it.
 */
export function loader(): never {
  throw notFound();
}

export default function Nothing(): null {
  return null;
}
