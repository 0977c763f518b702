import type { Rule } from '../rule.ts';
import { irteExhausted } from './irte-exhausted.ts';
import { irteExhaustedAmd } from './irte-exhausted-amd.ts';
import { irteRoundingWaste } from './irte-rounding-waste.ts';
import { remappingScopeMissing } from './remapping-scope-missing.ts';
import { x86CpuOfflineBlocked } from './x86-cpu-offline-blocked.ts';
import { x86ManagedExhausted } from './x86-managed-exhausted.ts';
import { x86MultiMsiNoPartial } from './x86-multi-msi-no-partial.ts';
import { x86ReservationExceeds } from './x86-reservation-exceeds.ts';
import { x86UnmaskableMsiConsumes } from './x86-unmaskable-msi-consumes.ts';
import { x86VectorExhausted } from './x86-vector-exhausted.ts';

export const X86: readonly Rule[] = [
  x86VectorExhausted,
  x86ManagedExhausted,
  x86ReservationExceeds,
  x86UnmaskableMsiConsumes,
  x86CpuOfflineBlocked,
  irteExhausted,
  irteExhaustedAmd,
  irteRoundingWaste,
  x86MultiMsiNoPartial,
  remappingScopeMissing,
];
