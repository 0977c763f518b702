import type { Rule } from '../rule.ts';
import { imsBoundTwice } from './ims-bound-twice.ts';
import { imsInGuestWithoutHypercall } from './ims-in-guest-without-hypercall.ts';
import { imsNotInKernel } from './ims-not-in-kernel.ts';
import { vfioHostVectorLoss } from './vfio-host-vector-loss.ts';
import { vfioNoresizeGap } from './vfio-noresize-gap.ts';
import { vfioSparseOverallocation } from './vfio-sparse-overallocation.ts';
import { vmCannotStart } from './vm-cannot-start.ts';

export const GUESTS: readonly Rule[] = [
  imsNotInKernel,
  imsInGuestWithoutHypercall,
  imsBoundTwice,
  vfioNoresizeGap,
  vfioSparseOverallocation,
  vfioHostVectorLoss,
  vmCannotStart,
];
