import type { PciNode, Vm } from '../../model/machine.ts';
import { writeVersion } from '../../model/versions.ts';
import { FIRST_IMS, hasIms, LAST_IMS, remapsInterrupts } from '../../timeline/ims.ts';
import { nameOf, placeOf, requestsOf } from '../nodes.ts';
import type { Platform, Rule } from '../rule.ts';

export const imsNotInKernel: Rule = {
  id: 'ims-not-in-kernel',
  severity: 'warning',
  title: 'interrupt message storage is used where the kernel or the machine has none',
  checks:
    'Whoever uses message storage, a driver, a step or a guest, has a function with storage, a kernel that knows it, guest and host alike, and an interrupt controller that takes it.',
  why: `IMS came with Linux ${writeVersion(FIRST_IMS)} and found no user; it was reverted for 6.10, so ${writeVersion(LAST_IMS)} is the last kernel with \`pci_create_ims_domain\`. While it was there, only the domains of interrupt remapping allowed it (MSI_FLAG_PCI_IMS), on hardware: neither the local APICs alone nor an emulated remapping unit. Elsewhere the call fails, and the driver is left with MSI-X.`,
  remedy: 'MSI-X; or a kernel from 6.2 to 6.9 with interrupt remapping, to try what there was.',
  sources: [
    'Linux 6.2 to 6.9: pci_create_ims_domain, drivers/pci/msi/api.c; dmar_msi_parent_ops, drivers/iommu/intel/irq_remapping.c',
    'Linux 6.10: b966b1102871 and six more reverts',
  ],
  *check({ machine }) {
    for (const vm of machine.vms) {
      for (const { decl, node, ims } of vm.assignments) {
        if (ims === 0) continue;
        const why = missing(machine, node, vm);
        if (why === undefined) continue;
        yield {
          rule: 'ims-not-in-kernel',
          at: { decl, part: { property: 'ims' } },
          message: `${vm.name ?? 'The guest'} gets no message storage of ${nameOf(node)}: ${why}`,
          facts: { fn: nameOf(node), vm: vm.name ?? '' },
        };
      }
    }
  },
  *checkNode(node, platform) {
    for (const request of requestsOf(node)) {
      const why = request.mode === 'ims' ? missing(platform, node, undefined) : undefined;
      if (why === undefined) continue;
      yield {
        rule: 'ims-not-in-kernel',
        at: placeOf(node, request),
        message: `${nameOf(node)} gets no message storage: ${why} → -ENOTSUPP`,
        facts: { fn: nameOf(node), vm: '' },
      };
    }
  },
};

/** What is missing, as a clause; undefined: nothing. */
function missing(machine: Platform, node: PciNode, vm: Vm | undefined): string | undefined {
  if (node.capabilities.ims === 0) return 'it has none';
  const [onHost, inGuest] = [hasIms(machine.os), vm === undefined || hasIms(vm.os)];
  const host = writeVersion(machine.os);
  const guest = vm === undefined ? '' : writeVersion(vm.os);
  const reverted = 'which came with 6.2 and was reverted for 6.10';
  if (vm === undefined) {
    if (!onHost) return `Linux ${host} has no IMS, ${reverted}`;
  } else if (!onHost || !inGuest) {
    const who = inGuest ? `Linux ${host} of the host` : onHost ? `Linux ${guest} of the guest` : undefined;
    const both =
      host === guest ? `Linux ${host}, of host and guest,` : `Linux ${host} of the host and ${guest} of the guest`;
    return who === undefined
      ? `${both} ${host === guest ? 'has' : 'have'} no IMS, ${reverted}`
      : `${who} has no IMS, ${reverted}`;
  }
  return remapsInterrupts(machine) ? undefined : 'IMS needs x86 with interrupt remapping';
}
