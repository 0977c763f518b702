import type { Fix } from './fix.ts';
import { replaceBy } from './replacement.ts';

export const rewriteAddress: Fix = {
  id: 'rewrite-address',
  rules: ['address-form'],
  safety: 'safe',
  doc: 'Writes an address as lspci prints it: two hexadecimal digits for the device, one for the function.',
  propose: (finding, context) => replaceBy(finding, context, (was, becomes) => `Write ${was} as ${becomes}`),
};
