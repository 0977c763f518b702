import type { Rule } from '../rule.ts';
import { devidAliasedByBridge } from './devid-aliased-by-bridge.ts';
import { devidCollidesWithBridgeOwnMsi } from './devid-collides-with-bridge-own-msi.ts';
import { devidDuplicateDistinctFunctions } from './devid-duplicate-distinct-functions.ts';
import { devidGicv4Proxy } from './devid-gicv4-proxy.ts';
import { devidMsiMapMiss } from './devid-msi-map-miss.ts';
import { devidOutOfTable } from './devid-out-of-table.ts';
import { devidZeroMinimum } from './devid-zero-minimum.ts';
import { gicv5DevidShared } from './gicv5-devid-shared.ts';
import { gicv5TableRefused } from './gicv5-table-refused.ts';
import { iortOffByOne } from './iort-off-by-one.ts';
import { msiMapMaskConflict } from './msi-map-mask-conflict.ts';
import { msiMapOverlap } from './msi-map-overlap.ts';

export const DEVICE_IDS: readonly Rule[] = [
  devidAliasedByBridge,
  devidCollidesWithBridgeOwnMsi,
  devidOutOfTable,
  devidMsiMapMiss,
  msiMapOverlap,
  msiMapMaskConflict,
  iortOffByOne,
  devidDuplicateDistinctFunctions,
  devidZeroMinimum,
  devidGicv4Proxy,
  gicv5DevidShared,
  gicv5TableRefused,
];
