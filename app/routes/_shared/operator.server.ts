import { env } from '../../env.server.ts';

/** Who runs this installation. On a developer's machine nobody does, and the pages name the example domain. */
export const operator = (): { name: string; email: string } => ({
  name: env.OPERATOR_NAME ?? 'Crossdock',
  email: env.SUPPORT_EMAIL ?? 'support@example.com',
});
