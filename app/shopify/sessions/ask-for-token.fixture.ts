import { offlineToken } from './offline-token.ts';

/** One more process for sessions.test.ts: asks for a shop's token several times at once and reports what it got. */
const [, , domain = '', callers = '1'] = process.argv;
const tokens = await Promise.all(Array.from({ length: Number(callers) }, () => offlineToken(domain)));
process.send?.(tokens, () => process.exit(0));
