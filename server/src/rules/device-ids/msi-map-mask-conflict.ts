import type { Rule } from '../rule.ts';

export const msiMapMaskConflict: Rule = {
  id: 'msi-map-mask-conflict',
  severity: 'error',
  title: 'an msi-map entry that the mask can never match',
  checks: 'The first requester ID of an entry has no bits outside `msi-map-mask`.',
  why: 'The mask is applied to the requester ID before the entries are searched, so a base with other bits cannot match. Linux rejects the whole map with -EFAULT ("Invalid … translation"), and the function has no MSI domain.',
  remedy: 'Clear those bits in the base, or widen the mask.',
  sources: ['Linux 7.2: of_map_id, drivers/of/base.c'],
};
