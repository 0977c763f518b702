import type { HostBridge, PciNode } from '../../model/machine.ts';
import { nameOf, nodesWhere, placeOfVectors } from '../nodes.ts';
import type { Related, Rule } from '../rule.ts';

export const multiMsiUnsupported: Rule = {
  id: 'multi-msi-unsupported',
  severity: 'error',
  title: 'several MSI messages on a platform that gives one',
  checks: 'A request for more than one MSI message is made on a platform whose MSI domain supports multi-MSI.',
  why: 'Without interrupt remapping the x86 vector domain cannot promise a block of vectors that differ in their low bits on one CPU: multi-MSI is not among its features. A RISC-V IMSIC takes one interrupt at a time: it could not promise equal identities with different low bits on one CPU either, and Linux does not offer it. The kernel grants 1, or answers -ENOSPC when the minimum is larger. MSI-X is not affected.',
  remedy: 'Turn interrupt remapping on (`remapping = intel`, in QEMU `-device intel-iommu,intremap=on`), or use MSI-X.',
  sources: [
    'Linux 7.2: x86_init_dev_msi_info, arch/x86/kernel/apic/msi.c; __pci_enable_msi_range, drivers/pci/msi/msi.c',
    'Linux 6.17: imsic_irq_domain_alloc, imsic_msi_parent_ops, drivers/irqchip/irq-riscv-imsic-platform.c',
    'Recorded machines: x86-multimsi-noir-smp4-61, x86-multimsi-iroff-smp4-61',
  ],
  *check({ machine }) {
    for (const { node, hostBridge } of nodesWhere(machine, hasMultiMsi)) {
      const one = hostBridge && oneMessageOnly(hostBridge);
      if (one === undefined) continue;
      for (const call of node.plan) {
        const request = call.call === 'allocate' ? call.ladder[0] : undefined;
        if (request === undefined || request.mode !== 'msi' || request.max <= 1 || node.capabilities.msi <= 1) continue;
        const fails = request.min > 1;
        yield {
          rule: 'multi-msi-unsupported',
          severity: fails ? 'error' : 'warning',
          at: placeOfVectors(node, request),
          message: `${Math.min(request.max, node.capabilities.msi)} MSI vectors ${one.why}: ${nameOf(node)} gets ${fails ? 'none, -ENOSPC' : '1'}`,
          related: [one.related],
          facts: { fn: nameOf(node), max: request.max, min: request.min },
        };
      }
    }
  },
};

const hasMultiMsi = ({ capabilities: { msi } }: PciNode): boolean => msi > 1;

/** Why a function below a host bridge can have one MSI message at most; undefined where it can have several. */
function oneMessageOnly({ msi }: HostBridge): { readonly why: string; readonly related: Related } | undefined {
  if (msi.by !== 'parent') return undefined;
  const { controller } = msi;
  const { decl } = controller;
  if (controller.type === 'riscv-imsic') {
    const related = { at: { decl, part: 'header' }, message: 'an IMSIC takes the messages' } as const;
    return { why: 'are more than the one that Linux supports on an IMSIC', related };
  }
  if (controller.type !== 'x86-apic' || controller.remapping !== 'none') return undefined;
  const related = { at: { decl, part: { property: 'remapping' } }, message: 'there is no interrupt remapping' };
  return { why: 'need interrupt remapping on x86', related };
}
