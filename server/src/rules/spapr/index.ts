import type { Rule } from '../rule.ts';
import { spapr32bitMsiUnsupported } from './spapr-32bit-msi-unsupported.ts';
import { spaprLegacyMsiCountAbort } from './spapr-legacy-msi-count-abort.ts';
import { spaprLegacySpace } from './spapr-legacy-space.ts';
import { spaprMsiSpaceExhausted } from './spapr-msi-space-exhausted.ts';
import { spaprMsixGap } from './spapr-msix-gap.ts';
import { spaprMultiMsiOne } from './spapr-multi-msi-one.ts';
import { spaprPhb32Limit } from './spapr-phb-32-limit.ts';
import { spaprQuotaClamp } from './spapr-quota-clamp.ts';
import { spaprRearmPeak } from './spapr-rearm-peak.ts';
import { spaprRefusalRawStatus } from './spapr-refusal-raw-status.ts';
import { spaprRoundingWaste } from './spapr-rounding-waste.ts';
import { spaprUnplugAborts } from './spapr-unplug-aborts.ts';
import { spaprUnplugBlockClaimed } from './spapr-unplug-block-claimed.ts';

export const SPAPR: readonly Rule[] = [
  spaprMsiSpaceExhausted,
  spaprRefusalRawStatus,
  spaprQuotaClamp,
  spaprLegacySpace,
  spaprPhb32Limit,
  spaprMultiMsiOne,
  spaprMsixGap,
  spapr32bitMsiUnsupported,
  spaprRoundingWaste,
  spaprUnplugAborts,
  spaprUnplugBlockClaimed,
  spaprRearmPeak,
  spaprLegacyMsiCountAbort,
];
