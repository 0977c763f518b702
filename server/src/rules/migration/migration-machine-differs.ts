import type { Machine } from '../../model/machine.ts';
import { differenceText, machineTypeText } from '../migration-words.ts';
import { type DifferenceOf, differencesIn, listed, severityOfRefusal } from '../migrations.ts';
import type { Finding, Related, Rule } from '../rule.ts';
import { counted } from '../words.ts';

type Difference = DifferenceOf<'machine-type' | 'cpus' | 'controller-type' | 'controller' | 'bus-window'>;

export const migrationMachineDiffers: Rule = {
  id: 'migration-machine-differs',
  severity: 'error',
  title: 'the machine of a migration’s other end is another one',
  checks:
    'The two ends of a `migrate` have the same machine type, as many possible CPUs, the same interrupt controllers in the same order and, on pseries, the same interrupt sources; the other end’s ECAM window reaches as far as the buses in use.',
  why: 'QEMU sends the state of each device, not the machine. The destination has made its machine from its own command line before the first byte arrives. It compares the name of the machine type, and of a pseries host bridge its lines; each CPU and each interrupt controller has sections of the stream, and a section that finds no taker, or of another length, ends the load with -EINVAL. Default machine types are the newest of each QEMU, so two versions without a `machine-type` are two machines. On pseries the machine type also decides how interrupt numbers are given out: up to 3.0 one pool for everything, then a range of their own for MSIs.',
  remedy:
    'Give both specs the same `machine-type`, CPUs and controllers. A machine type is there to be kept: a newer QEMU still has the older ones.',
  sources: [
    'QEMU 7.2 to 10.0: configuration_post_load, qemu_loadvm_section_start_full, migration/savevm.c',
    'QEMU 7.2 to 10.0: vmstate_spapr_pci, vmstate_spapr_pci_lsi (VMSTATE_UINT32_EQUAL), hw/ppc/spapr_pci.c; vmstate_spapr_irq_map, hw/ppc/spapr.c',
    'QEMU 7.2 to 10.0: vmstate_gicv3, hw/intc/arm_gicv3_common.c (one structure for each CPU)',
  ],
  *check(context) {
    const kinds = ['machine-type', 'cpus', 'controller-type', 'controller', 'bus-window'] as const;
    for (const { moved, differences } of differencesIn(context, ...kinds)) {
      const refusing = differences.filter((one) => one.is !== 'controller' || one.difference.end === 'refused');
      const [first] = refusing;
      if (first === undefined) continue;
      const { from, target } = moved.migration;
      yield {
        rule: 'migration-machine-differs',
        severity: severityOfRefusal(moved),
        at: moved.at,
        message: `The other end does not load the state (-EINVAL): ${listed(refusing.map((one) => differenceText(one, from, moved.topologyThere)))}`,
        related: refusing.flatMap((one) => relatedOf(one, from.machine, target.machine)),
        facts: factsOf(first),
      };
    }
  },
};

function relatedOf(difference: Difference, here: Machine, there: Machine): readonly Related[] {
  switch (difference.is) {
    case 'machine-type':
      return ends(here, there, 'machine-type', machineTypeText(difference.here), machineTypeText(difference.there));
    case 'cpus':
      return ends(here, there, 'cpus', counted(difference.here, 'CPU'), counted(difference.there, 'CPU'));
    case 'controller-type':
    case 'controller': {
      const { here: own, there: other } = difference;
      return [
        ...(own === undefined
          ? []
          : [{ at: { decl: own.decl, part: 'header' }, message: `${own.type} here` } as const]),
        ...(other === undefined
          ? []
          : [{ at: { decl: other.decl, part: 'header' }, message: `${other.type} there` } as const]),
      ];
    }
    case 'bus-window':
      return [
        { at: { decl: difference.here.node.decl, part: 'header' }, message: `bus ${difference.bus} is behind it` },
      ];
  }
}

/** What each end says of a property of its machine. */
function ends(here: Machine, there: Machine, property: string, own: string, other: string): readonly Related[] {
  const at = ({ decl }: Machine, message: string): readonly Related[] =>
    decl === undefined ? [] : [{ at: { decl, part: { property } }, message }];
  return [...at(here, `${own} here`), ...at(there, `${other} there`)];
}

function factsOf(difference: Difference): Finding['facts'] {
  switch (difference.is) {
    case 'machine-type':
      return { what: 'machine-type', here: machineTypeText(difference.here), there: machineTypeText(difference.there) };
    case 'cpus':
      return { what: 'cpus', here: difference.here, there: difference.there };
    case 'controller-type':
      return { what: 'controller', here: difference.here?.type ?? 'none', there: difference.there?.type ?? 'none' };
    case 'controller':
      return { what: difference.difference.what, here: difference.difference.here, there: difference.difference.there };
    case 'bus-window':
      return { what: 'bus', here: difference.bus, there: difference.last };
  }
}
