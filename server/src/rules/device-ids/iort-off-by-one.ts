import type { Rule } from '../rule.ts';

export const iortOffByOne: Rule = {
  id: 'iort-off-by-one',
  severity: 'warning',
  title: 'two ACPI mappings claim the same last ID',
  checks: 'With `firmware = acpi`, no mapping starts on the last ID of the one before.',
  why: 'IORT stores the count less one. Firmware that stored the count makes each range one too long; Linux has a workaround: a match on the very last ID may be taken over by the range that starts there.',
  remedy: 'Shorten the first range by one.',
  sources: ['Linux 7.2: iort_id_map, drivers/acpi/arm64/iort.c'],
};
