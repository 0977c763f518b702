import { changeMode } from './change-mode.ts';
import type { Fix } from './fix.ts';

export const useMsix: Fix = {
  id: 'use-msix',
  rules: [
    'itt-fragmented-multi-msi',
    'itt-partial',
    'multi-msi-unsupported',
    'lifecycle-multi-msi-leak',
    'lifecycle-reinsert-fails',
    'no-msi-capability',
    'irte-rounding-waste',
    'spapr-multi-msi-one',
    'x86-unmaskable-msi-consumes',
    'x86-multi-msi-no-partial',
  ],
  safety: 'review',
  doc: 'Asks for MSI-X in place of MSI, where the function has it: its vectors need no run of events and leave nothing behind.',
  propose: (finding, context) => changeMode(finding, context, 'msix'),
};
