import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

/** Of an IMSIC: one less than a multiple of 64, up to 2047 (imsic_parse_fwnode, irq-riscv-imsic-state.c). */
const sizes = [127, 255, 511, 1023, 2047];

export const moreIdentities: Fix = {
  id: 'more-identities',
  rules: ['imsic-identities-exhausted'],
  safety: 'review',
  doc: "Gives each CPU's interrupt file more identities.",
  *propose(_, context) {
    const imsic = context.machine.controllers.find((one) => one.type === 'riscv-imsic');
    const block = imsic && blockOf(context, imsic.decl);
    if (imsic === undefined || block === undefined) return;
    const larger = sizes.filter((size) => size > imsic.identities);
    for (const [i, size] of larger.entries()) {
      yield {
        title: `Give each CPU ${size} interrupt identities instead of ${imsic.identities}`,
        edits: setProperty(context.tree, block, 'identities', `${size}`),
        otherwise: i > 0,
      };
    }
  },
};
