import type { Rule } from '../rule.ts';
import { hotplugHeadroomInsufficient } from './hotplug-headroom-insufficient.ts';
import { hotplugHeadroomNone } from './hotplug-headroom-none.ts';
import { ittCreatedBySmaller } from './itt-created-by-smaller.ts';
import { ittExhausted } from './itt-exhausted.ts';
import { ittFragmentedMultiMsi } from './itt-fragmented-multi-msi.ts';
import { ittPartial } from './itt-partial.ts';
import { sharedIttNeverFreed } from './shared-itt-never-freed.ts';
import { sharedIttOrderDependent } from './shared-itt-order-dependent.ts';

export const ITT: readonly Rule[] = [
  ittExhausted,
  ittPartial,
  ittCreatedBySmaller,
  ittFragmentedMultiMsi,
  hotplugHeadroomInsufficient,
  hotplugHeadroomNone,
  sharedIttNeverFreed,
  sharedIttOrderDependent,
];
