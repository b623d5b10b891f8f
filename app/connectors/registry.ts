import type { ConnectorDefinition } from './contract/index.ts';
import { extensiv } from './extensiv/index.ts';
import { hotwax } from './hotwax/index.ts';
import { orderwise } from './orderwise/index.ts';
import { pulpo } from './pulpo/index.ts';
import { stockroom } from './stockroom/index.ts';

/** Every connector, one line each: the only place that names them. */
export const connectors: readonly ConnectorDefinition[] = [stockroom, hotwax, pulpo, orderwise, extensiv];
