import type { Rule } from '../rule.ts';
import { bridgeNoHotplugBus } from './bridge-no-hotplug-bus.ts';
import { busNumberExceeds255 } from './bus-number-exceeds-255.ts';
import { ecamBusExhausted } from './ecam-bus-exhausted.ts';
import { ecamBusRangeShrunk } from './ecam-bus-range-shrunk.ts';
import { sriovBadOffsetStride } from './sriov-bad-offset-stride.ts';
import { sriovBusOutOfRange } from './sriov-bus-out-of-range.ts';
import { sriovNumvfsExceedsTotal } from './sriov-numvfs-exceeds-total.ts';
import { sriovVfAddressOverflowQemu } from './sriov-vf-address-overflow-qemu.ts';

export const BUSES: readonly Rule[] = [
  ecamBusExhausted,
  ecamBusRangeShrunk,
  busNumberExceeds255,
  bridgeNoHotplugBus,
  sriovBusOutOfRange,
  sriovBadOffsetStride,
  sriovNumvfsExceedsTotal,
  sriovVfAddressOverflowQemu,
];
