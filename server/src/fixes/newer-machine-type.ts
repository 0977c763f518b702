import type { Version } from '../model/machine.ts';
import { compareVersions, writeVersion } from '../model/versions.ts';
import { setProperty } from '../syntax/edits.ts';
import type { TextEdit } from '../syntax/tree.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

/** The first with a range of interrupt sources for MSIs alone. */
const firstWithMsiRange: Version = { major: 3, minor: 1 };
/** The first whose functions QEMU 7.2 can take out: with 3.0 and 3.1 it aborts, later ones up to 7.2 were not measured. */
const firstWithUnplug: Version = { major: 7, minor: 2 };
/** The first QEMU whose host bridges keep their functions in a hash table. */
const firstWithHashTable: Version = { major: 2, minor: 1 };

export const newerMachineType: Fix = {
  id: 'newer-machine-type',
  rules: ['spapr-legacy-space', 'spapr-refusal-raw-status', 'spapr-phb-32-limit', 'spapr-unplug-aborts'],
  safety: 'review',
  doc: 'Takes a newer pseries machine type, or a newer QEMU, the oldest in which the limit is gone.',
  *propose(_, context) {
    const { vmm } = context.machine;
    for (const version of [firstWithMsiRange, firstWithUnplug]) {
      const oldVmm = vmm !== undefined && compareVersions(vmm, version) < 0;
      const edits = [...machineTypeEdits(context, version), ...(oldVmm ? vmmEdits(context, version) : [])];
      const qemu = oldVmm ? `, which needs QEMU ${writeVersion(version)}` : '';
      if (edits.length === 0) continue;
      yield {
        title: `Use the machine type pseries-${writeVersion(version)}${qemu} (a guest that runs cannot migrate to it)`,
        edits,
        otherwise: true,
      };
    }
    if (vmm === undefined || compareVersions(vmm, firstWithHashTable) >= 0) return;
    const version = writeVersion(firstWithHashTable);
    yield {
      title: `Use QEMU ${version}, in which a host bridge has no limit of devices`,
      edits: vmmEdits(context, firstWithHashTable),
    };
  },
};

/** Where the version is written now; nowhere: in the machine. */
function machineTypeEdits(context: FixContext, version: Version): readonly TextEdit[] {
  const { machine, tree } = context;
  const text = `pseries-${writeVersion(version)}`;
  const own = machine.decl;
  const controller = machine.controllers.find(({ decl }) => decl.values.has('machine-version'));
  const written = own?.values.has('machine-type') !== true && controller !== undefined ? controller.decl : own;
  const block = written && blockOf(context, written);
  if (block === undefined) return [];
  return setProperty(tree, block, written === own ? 'machine-type' : 'machine-version', text);
}

function vmmEdits(context: FixContext, version: Version): readonly TextEdit[] {
  const { decl } = context.machine;
  const block = decl && blockOf(context, decl);
  return block === undefined ? [] : setProperty(context.tree, block, 'vmm', `qemu-${writeVersion(version)}`);
}
