import type { Rule } from '../rule.ts';
import { bootOrderByFirmware } from './boot-order-by-firmware.ts';
import { expectationFailed } from './expectation-failed.ts';
import { hotplugPortsShort } from './hotplug-ports-short.ts';
import { intxHidesActiveMsi } from './intx-hides-active-msi.ts';
import { ittKeptByBoundSibling } from './itt-kept-by-bound-sibling.ts';
import { ittLeftAfterFailure } from './itt-left-after-failure.ts';
import { lifecycleDomainPersists } from './lifecycle-domain-persists.ts';
import { lifecycleDoubleEnable } from './lifecycle-double-enable.ts';
import { lifecycleEventsLeftBehind } from './lifecycle-events-left-behind.ts';
import { lifecycleFreeWhileRequested } from './lifecycle-free-while-requested.ts';
import { lifecycleIttGrowth } from './lifecycle-itt-growth.ts';
import { lifecycleMultiMsiLeak } from './lifecycle-multi-msi-leak.ts';
import { lifecycleReinsertFails } from './lifecycle-reinsert-fails.ts';
import { lifecycleRenumbered } from './lifecycle-renumbered.ts';
import { lifecycleRequestBeforeAlloc } from './lifecycle-request-before-alloc.ts';
import { lifecycleStepOnAbsentDevice } from './lifecycle-step-on-absent-device.ts';
import { staleIttInherited } from './stale-itt-inherited.ts';
import { upstreamPortVectorByKernel } from './upstream-port-vector-by-kernel.ts';

export const LIFECYCLE: readonly Rule[] = [
  lifecycleRequestBeforeAlloc,
  lifecycleFreeWhileRequested,
  lifecycleDoubleEnable,
  lifecycleIttGrowth,
  lifecycleDomainPersists,
  intxHidesActiveMsi,
  lifecycleMultiMsiLeak,
  lifecycleEventsLeftBehind,
  lifecycleReinsertFails,
  lifecycleRenumbered,
  lifecycleStepOnAbsentDevice,
  expectationFailed,
  hotplugPortsShort,
  staleIttInherited,
  ittKeptByBoundSibling,
  ittLeftAfterFailure,
  bootOrderByFirmware,
  upstreamPortVectorByKernel,
];
