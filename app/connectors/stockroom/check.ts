import { listFacilities } from '../../stockroom/facilities.ts';
import { listTokens } from '../../stockroom/tokens.ts';
import type { CheckStep } from '../contract/index.ts';
import { roomOf, type StockroomContext } from './room.ts';

/** Nothing can be refused on the way to a Stockroom; the steps say what is there. */
export function checkSteps(context: StockroomContext): CheckStep[] {
  const room = roomOf(context);
  return [
    {
      step: 'ready',
      async run() {
        await listTokens(room);
        return {};
      },
    },
    {
      step: 'facilities',
      async run() {
        return {
          detail: (await listFacilities(room))
            .filter(({ active }) => active)
            .map(({ name }) => name)
            .join(', '),
        };
      },
    },
  ];
}
