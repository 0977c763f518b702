import type { Fix } from './fix.ts';
import { replaceBy } from './replacement.ts';

export const takePossibleValue: Fix = {
  id: 'take-possible-value',
  rules: [
    'value-out-of-range',
    'msi-count-not-power-of-two',
    'msix-count-out-of-range',
    'unknown-kernel-profile',
    'index-out-of-range',
    'min-greater-than-max',
    'request-zero-vectors',
  ],
  safety: 'review',
  doc: 'Takes the nearest value that the field can hold: a count is rounded up to a power of two, a number is brought within its limits, two ends are swapped.',
  propose: (finding, context) => replaceBy(finding, context, (was, becomes) => `Change ${was} to ${becomes}`),
};
