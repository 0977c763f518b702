import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

export const enableRemapping: Fix = {
  id: 'enable-remapping',
  rules: ['multi-msi-unsupported'],
  safety: 'review',
  doc: 'Turns interrupt remapping on, which several MSI messages of a function need on x86.',
  *propose(_, context) {
    const apic = context.machine.controllers.find(({ type }) => type === 'x86-apic');
    const block = apic && blockOf(context, apic.decl);
    if (block === undefined) return;
    for (const [word, unit] of [
      ['intel', 'VT-d'],
      ['amd', 'AMD-Vi'],
    ] as const) {
      yield { title: `Remap interrupts (${unit})`, edits: setProperty(context.tree, block, 'remapping', word) };
    }
  },
};
