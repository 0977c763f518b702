import { appendToFile, insertInto, propertyIn } from '../syntax/edits.ts';
import type { FixContext } from './context.ts';
import type { Fix, Proposal } from './fix.ts';
import { takeOutOf } from './moved-text.ts';
import { blockOf, declOf, freshName, namesIn } from './places.ts';

export const allowMsi: Fix = {
  id: 'allow-msi',
  rules: ['msi-blocked-by-no-msi-bus'],
  safety: 'review',
  doc: 'Lets messages through: without `msi-bus = false`, with an ITS in a GICv3 that has none, or with a controller where there is none.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    if (decl === undefined || block === undefined) return;
    const blocked = propertyIn(block, 'msi-bus');
    if (blocked) {
      const name = decl.name ?? decl.kind ?? 'the bus';
      yield { title: `Allow MSI below ${name}`, edits: takeOutOf(context.tree, block, [blocked]) };
      return;
    }
    yield withIts(context);
  },
};

function withIts(context: FixContext): Proposal {
  const names = namesIn(context);
  const its = freshName(names, 'its0');
  const without = context.machine.controllers.find((one) => one.type === 'gicv3' && one.itses.length === 0);
  const gic = without && blockOf(context, without.decl);
  if (without && gic) {
    const name = without.name ?? 'the GICv3';
    return { title: `Give ${name} an ITS`, edits: insertInto(context.tree, gic, `its ${its}`, 'last') };
  }
  const controller = `interrupt-controller ${freshName(names, 'gic')} : gicv3 { its ${its} }`;
  return { title: 'Add a GICv3 with an ITS', edits: appendToFile(context.tree, controller) };
}
