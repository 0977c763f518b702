import type { Declared } from '../model/declared.ts';
import { counted } from '../rules/words.ts';
import { CPUS_MAX } from '../schema/values.ts';
import { setProperty } from '../syntax/edits.ts';
import type { TextEdit } from '../syntax/tree.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

/** CPUs to try beyond those there are. */
const more = [1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128, 256];

export const addCpus: Fix = {
  id: 'add-cpus',
  rules: [
    'x86-vector-exhausted',
    'x86-multi-msi-no-partial',
    'x86-reservation-exceeds',
    'x86-managed-exhausted',
    'x86-cpu-offline-blocked',
    'vfio-host-vector-loss',
  ],
  safety: 'review',
  doc: 'Gives an x86 machine more CPUs, and with each some 200 vectors.',
  *propose(_, context) {
    const { cpus } = context.machine;
    for (const [i, added] of more.entries()) {
      const wanted = cpus + added;
      if (wanted > CPUS_MAX) return;
      const edits = withCpus(context, wanted);
      if (edits.length === 0) return;
      yield { title: `Give the machine ${wanted} CPUs (${counted(added, 'CPU')} more)`, edits, otherwise: i > 0 };
    }
  },
};

/** The number of CPUs wherever it is written; else in the machine, or the controller where there is no machine block. */
function withCpus(context: FixContext, cpus: number): readonly TextEdit[] {
  const { machine } = context;
  const apic = machine.controllers.find(({ type }) => type === 'x86-apic')?.decl;
  const owners = [machine.decl, apic].filter((decl) => decl !== undefined);
  const written = owners.filter((decl) => decl.values.has('cpus'));
  const edits: TextEdit[] = [];
  for (const decl of written.length > 0 ? written : owners.slice(0, 1)) {
    const own = set(context, decl, 'cpus', cpus);
    // One that stands in another file cannot be changed from here.
    if (own.length === 0) return [];
    edits.push(...own);
  }
  const possible = machine.decl?.values.has('possible-cpus') === true && machine.possibleCpus < cpus;
  if (possible && machine.decl !== undefined) edits.push(...set(context, machine.decl, 'possible-cpus', cpus));
  return edits;
}

function set(context: FixContext, decl: Declared, key: string, value: number): readonly TextEdit[] {
  const block = blockOf(context, decl);
  return block === undefined ? [] : setProperty(context.tree, block, key, `${value}`);
}
