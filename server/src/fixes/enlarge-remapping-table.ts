import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

/** Of an AMD IOMMU with 2K support (MAX_IRQS_PER_TABLE_2K, drivers/iommu/amd/amd_iommu_types.h, 7.2). */
const amdEntriesMax = 2048;
/** INTR_REMAP_TABLE_ENTRIES, drivers/iommu/intel/iommu.h. */
const intelEntries = 65_536;

export const enlargeRemappingTable: Fix = {
  id: 'enlarge-remapping-table',
  rules: ['irte-exhausted', 'irte-exhausted-amd'],
  safety: 'review',
  doc: 'Gives interrupt remapping longer tables: those of 2048 entries that Linux 7.2 makes for AMD units with 2K support, or all that an Intel unit has.',
  *propose(finding, context) {
    const { machine, tree } = context;
    const apic = machine.controllers.find((one) => one.type === 'x86-apic');
    const block = apic && blockOf(context, apic.decl);
    if (apic === undefined || block === undefined) return;
    const isAmd = finding.rule === 'irte-exhausted-amd';
    const most = isAmd ? amdEntriesMax : intelEntries;
    if ((apic.remappingEntries ?? (isAmd ? 0 : intelEntries)) >= most) return;
    const entries = setProperty(tree, block, 'remapping-entries', `${most}`);
    if (!isAmd) {
      yield { title: `Let the unit have all its ${most} entries`, edits: entries };
      return;
    }
    if (machine.rules === '7.2') {
      yield { title: `Have an IOMMU with tables of ${most} entries (2K support)`, edits: entries };
      return;
    }
    const os = machine.decl && blockOf(context, machine.decl);
    if (os === undefined) return;
    yield {
      title: `Run Linux 7.2 on an IOMMU with tables of ${most} entries (2K support)`,
      edits: [...setProperty(tree, os, 'os', 'linux-7.2'), ...entries],
    };
  },
};
