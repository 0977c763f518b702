/** Other lives of an ITS's events than the one Linux gives them: for comparison only. */
import type { InterruptController } from '../../controller.ts';
import type { ItsState, WhatIf } from '../state.ts';
import { bulkFreed } from './bulk.ts';
import { fourPhased } from './four-phases.ts';

export { withModel } from './regions.ts';

/** The ITS as a model has it. */
export const WHAT_IF_ITS: Readonly<Record<WhatIf, InterruptController<ItsState>>> = {
  bulk: bulkFreed,
  'four-phase': fourPhased,
};
