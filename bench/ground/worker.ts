import { mostFrequent, queriesSoFar } from './count-queries.ts';
import { compose } from '../../app/compose.ts';
import { setConnectors } from '../../app/connections/known-connectors.ts';
import { connectors } from '../../app/connectors/registry.ts';
import { prisma } from '../../app/db/client.ts';
import { startWorker } from '../../app/jobs/worker.ts';
import { serveParent } from './child.ts';
import { quickOffice } from './quick-office.ts';

/** A worker as `--worker` starts it, with one connector more: the back office that answers in a few milliseconds. Asked, it tells how often it asked the database. */
compose();
setConnectors([...connectors, quickOffice]);
const stop = await startWorker();
serveParent(
  {},
  () => ({ queries: queriesSoFar(), most: mostFrequent(12) }),
  async () => {
    await stop();
    await prisma.$disconnect();
  },
);
