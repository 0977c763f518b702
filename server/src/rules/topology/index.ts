import type { Rule } from '../rule.ts';
import { addressConflict } from './address-conflict.ts';
import { busCycle } from './bus-cycle.ts';
import { duplicateChassisSlot } from './duplicate-chassis-slot.ts';
import { duplicatePxbBusNr } from './duplicate-pxb-bus-nr.ts';
import { endpointOnExtraRoot } from './endpoint-on-extra-root.ts';
import { functionZeroMissing } from './function-zero-missing.ts';
import { multifunctionFlagMissing } from './multifunction-flag-missing.ts';
import { pcieOnlyOnConventional } from './pcie-only-on-conventional.ts';
import { portInWrongPlace } from './port-in-wrong-place.ts';
import { portOvercommitted } from './port-overcommitted.ts';
import { pxbBusRangeOverflow } from './pxb-bus-range-overflow.ts';
import { rootPortSlotNotZero } from './root-port-slot-not-zero.ts';
import { shpcSlotZero } from './shpc-slot-zero.ts';

export const TOPOLOGY: readonly Rule[] = [
  addressConflict,
  functionZeroMissing,
  multifunctionFlagMissing,
  rootPortSlotNotZero,
  portOvercommitted,
  endpointOnExtraRoot,
  pcieOnlyOnConventional,
  portInWrongPlace,
  busCycle,
  duplicatePxbBusNr,
  pxbBusRangeOverflow,
  duplicateChassisSlot,
  shpcSlotZero,
];
