import type { Controller, HostBridge } from '../../model/machine.ts';
import { eachNode, nameOf, placeOfVectors } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const multiMsiUnsupported: Rule = {
  id: 'multi-msi-unsupported',
  severity: 'error',
  title: 'several MSI messages on a platform that gives one',
  checks: 'A request for more than one MSI message is made on a platform whose MSI domain supports multi-MSI.',
  why: 'Without interrupt remapping the x86 vector domain cannot promise a block of vectors that differ in their low bits on one CPU: multi-MSI is not among its features. The kernel grants 1, or answers -ENOSPC when the minimum is larger. MSI-X is not affected.',
  remedy: 'Turn interrupt remapping on (`remapping = intel`, in QEMU `-device intel-iommu,intremap=on`), or use MSI-X.',
  sources: [
    'Linux 7.2: x86_init_dev_msi_info, arch/x86/kernel/apic/msi.c; __pci_enable_msi_range, drivers/pci/msi/msi.c',
    'Recorded machines: x86-multimsi-noir-smp4-61, x86-multimsi-iroff-smp4-61',
  ],
  *check({ machine }) {
    for (const { node, hostBridge } of eachNode(machine)) {
      const apic = hostBridge && apicWithoutRemapping(hostBridge);
      if (apic === undefined) continue;
      for (const call of node.plan) {
        const request = call.call === 'allocate' ? call.ladder[0] : undefined;
        if (request === undefined || request.mode !== 'msi' || request.max <= 1 || node.capabilities.msi <= 1) continue;
        const fails = request.min > 1;
        yield {
          rule: 'multi-msi-unsupported',
          severity: fails ? 'error' : 'warning',
          at: placeOfVectors(node, request),
          message: `${Math.min(request.max, node.capabilities.msi)} MSI vectors need interrupt remapping on x86: ${nameOf(node)} gets ${fails ? 'none, -ENOSPC' : '1'}`,
          related: [
            { at: { decl: apic.decl, part: { property: 'remapping' } }, message: 'there is no interrupt remapping' },
          ],
          facts: { fn: nameOf(node), max: request.max, min: request.min },
        };
      }
    }
  },
};

function apicWithoutRemapping({ msi }: HostBridge): Controller | undefined {
  if (msi.by !== 'parent' || msi.controller.type !== 'x86-apic') return undefined;
  const remapping = msi.controller.decl.values.get('remapping');
  return remapping === undefined || (remapping.is === 'word' && remapping.text === 'none') ? msi.controller : undefined;
}
