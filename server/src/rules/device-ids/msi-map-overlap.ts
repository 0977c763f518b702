import type { Rule } from '../rule.ts';

export const msiMapOverlap: Rule = {
  id: 'msi-map-overlap',
  severity: 'warning',
  title: 'two msi-map entries cover the same requester IDs',
  checks: 'The requester ID ranges of the entries of a host bridge do not overlap (after `msi-map-mask`).',
  why: 'Linux takes the first entry that matches, in the order of the property. What the second says of the common IDs never counts.',
  remedy: 'Make the ranges disjoint, or put the narrower entry first if that is meant.',
  sources: ['Linux 7.2: of_map_id, drivers/of/base.c'],
};
