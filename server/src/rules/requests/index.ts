import type { Rule } from '../rule.ts';
import { intxFallbackNotAllowed } from './intx-fallback-not-allowed.ts';
import { minGreaterThanMax } from './min-greater-than-max.ts';
import { msiAndMsixBothEnabled } from './msi-and-msix-both-enabled.ts';
import { msiBlockedByNoMsiBus } from './msi-blocked-by-no-msi-bus.ts';
import { msiCountNotPowerOfTwo } from './msi-count-not-power-of-two.ts';
import { msixCountOutOfRange } from './msix-count-out-of-range.ts';
import { msixDynamicUnsupported } from './msix-dynamic-unsupported.ts';
import { msixIndexInUse } from './msix-index-in-use.ts';
import { multiMsiSparesAssumed } from './multi-msi-spares-assumed.ts';
import { multiMsiUnsupported } from './multi-msi-unsupported.ts';
import { noMsiCapability } from './no-msi-capability.ts';
import { portServiceVectorsInsufficient } from './port-service-vectors-insufficient.ts';
import { requestExceedsTable } from './request-exceeds-table.ts';
import { requestMaxClipped } from './request-max-clipped.ts';
import { requestZeroVectors } from './request-zero-vectors.ts';

export const REQUESTS: readonly Rule[] = [
  msiCountNotPowerOfTwo,
  msixCountOutOfRange,
  minGreaterThanMax,
  requestZeroVectors,
  msiAndMsixBothEnabled,
  requestExceedsTable,
  requestMaxClipped,
  intxFallbackNotAllowed,
  noMsiCapability,
  multiMsiUnsupported,
  multiMsiSparesAssumed,
  portServiceVectorsInsufficient,
  msiBlockedByNoMsiBus,
  msixDynamicUnsupported,
  msixIndexInUse,
];
