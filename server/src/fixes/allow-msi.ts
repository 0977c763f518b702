import type { Version } from '../model/machine.ts';
import { driverProblem, driverSince } from '../model/message-drivers.ts';
import { compareVersions, writeVersion } from '../model/versions.ts';
import { appendToFile, insertInto, propertyIn, setProperty } from '../syntax/edits.ts';
import type { FixContext } from './context.ts';
import type { Fix, Proposal } from './fix.ts';
import { takeOutOf } from './moved-text.ts';
import { blockOf, declOf, freshName, namesIn } from './places.ts';

export const allowMsi: Fix = {
  id: 'allow-msi',
  rules: ['msi-blocked-by-no-msi-bus'],
  safety: 'review',
  doc: 'Lets messages through: without `msi-bus = false`, with an ITS in a GIC that has none, with a controller where there is none, or with a kernel that has its driver.',
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
    const since = neededLinux(context);
    if (since !== undefined) {
      const machine = context.machine.decl && blockOf(context, context.machine.decl);
      const os = `linux-${since}`;
      if (machine) yield { title: `Run Linux ${since}`, edits: setProperty(context.tree, machine, 'os', os) };
      return;
    }
    yield withIts(context);
  },
};

/** The first kernel that has drivers for all of the machine's controllers; undefined when this one has. */
function neededLinux({ machine }: FixContext): string | undefined {
  const needed: Version[] = [];
  for (const controller of machine.controllers) {
    const since = driverProblem(controller, machine.os) === undefined ? undefined : driverSince(controller);
    if (since !== undefined) needed.push(since);
  }
  const last = needed.sort(compareVersions).at(-1);
  return last && writeVersion(last);
}

function withIts(context: FixContext): Proposal {
  const names = namesIn(context);
  const its = freshName(names, 'its0');
  const without = context.machine.controllers.find((one) => 'itses' in one && one.itses.length === 0);
  const gic = without && blockOf(context, without.decl);
  if (without && gic) {
    const name = without.name ?? 'the GIC';
    return { title: `Give ${name} an ITS`, edits: insertInto(context.tree, gic, `its ${its}`, 'last') };
  }
  const controller = `interrupt-controller ${freshName(names, 'gic')} : gicv3 { its ${its} }`;
  return { title: 'Add a GICv3 with an ITS', edits: appendToFile(context.tree, controller) };
}
