import { changeMode } from './change-mode.ts';
import type { Fix } from './fix.ts';

export const useMsi: Fix = {
  id: 'use-msi',
  rules: ['no-msi-capability'],
  safety: 'review',
  doc: 'Asks for MSI in place of MSI-X, where the function has only MSI.',
  propose: (finding, context) => changeMode(finding, context, 'msi'),
};
