import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf } from './places.ts';

export const coverByRemappingUnit: Fix = {
  id: 'cover-by-remapping-unit',
  rules: ['remapping-scope-missing'],
  safety: 'review',
  doc: 'Puts a host bridge into the scope of an interrupt remapping unit: one that there is, or a new one.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    if (decl === undefined || block === undefined) return;
    const known = new Set<number>();
    for (const { remappingUnit } of context.machine.hostBridges) if (remappingUnit !== 'none') known.add(remappingUnit);
    const name = decl.name ?? 'the host bridge';
    for (const unit of [...known].sort((a, b) => a - b)) {
      yield {
        title: `Have unit ${unit} remap the interrupts of ${name}`,
        edits: setProperty(context.tree, block, 'remapping-unit', `${unit}`),
        otherwise: known.size > 1,
      };
    }
    const fresh = Math.max(-1, ...known) + 1;
    yield {
      title: `Have a unit of its own remap the interrupts of ${name} (unit ${fresh})`,
      edits: setProperty(context.tree, block, 'remapping-unit', `${fresh}`),
    };
  },
};
