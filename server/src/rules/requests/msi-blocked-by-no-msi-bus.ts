import type { HostBridge, Machine, PciNode } from '../../model/machine.ts';
import { driverProblem } from '../../model/message-drivers.ts';
import { controllerBehind } from '../../pci/msi-map.ts';
import { nameOf, nodesWhere } from '../nodes.ts';
import type { Finding, Place, Rule } from '../rule.ts';

export const msiBlockedByNoMsiBus: Rule = {
  id: 'msi-blocked-by-no-msi-bus',
  severity: 'error',
  title: 'no message gets through: MSI is off for everything below',
  checks:
    'Above a function whose driver asks for MSI or MSI-X no bridge and no host bridge has `msi-bus = false`, and its messages go to a controller that takes them: an ITS in a GICv3 or GICv5, a GICv2m, an APIC, XICS or XIVE, an IMSIC. The kernel has a driver for it: for an IMSIC from Linux 6.10 on, for a GICv5 from 6.17 on.',
  why: 'Linux checks every bus upwards for PCI_BUS_FLAGS_NO_MSI and answers -EINVAL to MSI and MSI-X below such a bus. Where no controller takes messages there is no MSI domain, and QEMU leaves the capabilities out altogether (`its=off`): INTx is all there is.',
  remedy:
    'Remove `msi-bus = false`, or give the controller an ITS (QEMU virt: `its=on`), or use a GICv2m; or a kernel with the driver.',
  sources: [
    'Linux 7.2: pci_msi_supported, drivers/pci/msi/msi.c',
    'QEMU 10.0: msi_nonbroken, hw/pci/msi.c; hw/arm/virt.c',
    'Linux 6.10: drivers/irqchip/irq-riscv-imsic-platform.c; Linux 6.17: drivers/irqchip/irq-gic-v5.c',
  ],
  *check({ machine }) {
    const blocking = new Set(nodesWhere(machine, blocksBelow).map(({ hostBridge }) => hostBridge));
    for (const hostBridge of machine.hostBridges) {
      if (blocking.has(hostBridge) || blockedAtRoot(hostBridge, machine)) yield* blockedBelow(hostBridge, machine);
    }
  },
};

const blocksBelow = ({ bridge }: PciNode): boolean => bridge?.msiBus === false;

/** A blocked bus: where it is blocked, and who asks in vain. */
interface Blocked {
  readonly at: Place;
  readonly name: string;
  readonly why: string;
  readonly victims: PciNode[];
  /** What is left; absent: INTx. */
  readonly end?: string;
}

function blockedBelow(hostBridge: HostBridge, machine: Machine): readonly Finding[] {
  const found: Blocked[] = [];
  const visit = (nodes: readonly PciNode[], blocked: Blocked | undefined): void => {
    for (const node of nodes) {
      if (blocked && asksForMessages(node)) blocked.victims.push(node);
      if (node.sriov) visit(node.sriov.vfs, blocked);
      visit(node.children, blocked ?? (node.bridge?.msiBus === false ? open(blockedAt(node)) : undefined));
    }
  };
  const open = (blocked: Blocked): Blocked => {
    found.push(blocked);
    return blocked;
  };
  const atRoot = blockedAtRoot(hostBridge, machine);
  visit(hostBridge.children, atRoot && open(atRoot));
  return found.filter(({ victims }) => victims.length > 0).map(finding);
}

const blockedAt = (node: PciNode): Blocked => ({
  at: { decl: node.decl, part: { property: 'msi-bus' } },
  name: nameOf(node),
  why: `MSI is disabled below ${nameOf(node)}`,
  victims: [],
});

function blockedAtRoot(hostBridge: HostBridge, machine: Machine): Blocked | undefined {
  const name = hostBridge.name ?? 'the host bridge';
  if (!hostBridge.msiBus) {
    return {
      at: { decl: hostBridge.decl, part: { property: 'msi-bus' } },
      name,
      why: `MSI is disabled below ${name}`,
      victims: [],
    };
  }
  const controller = controllerBehind(machine, hostBridge.msi);
  // A frame that is no frame is a finding of its own: v2m-frame-invalid.
  const noDriver = controller && controller.type !== 'gicv2m' ? driverProblem(controller, machine.os) : undefined;
  const at: Place = { decl: hostBridge.decl, part: 'header' };
  if (noDriver !== undefined) {
    const { decl } = machine;
    const place: Place = decl?.values.has('os') ? { decl, part: { value: 'os' } } : at;
    const end = controller?.type === 'gicv5' ? 'such a kernel has no interrupts at all' : undefined;
    return { at: place, name, why: noDriver, victims: [], ...(end === undefined ? {} : { end }) };
  }
  if (hostBridge.msi.by === 'map') return undefined;
  const lacking = controller ?? machine.controllers[0];
  const takesMessages =
    hostBridge.msi.by === 'parent' && (!('itses' in hostBridge.msi.controller) || hostBridge.msi.its);
  if (takesMessages) return undefined;
  return {
    at,
    name,
    why:
      lacking === undefined
        ? 'There is no controller that takes messages'
        : `${lacking.name ?? 'The GIC'} has no ITS, so it takes no messages`,
    victims: [],
  };
}

const asksForMessages = (node: PciNode): boolean =>
  node.driver === 'auto' &&
  (node.capabilities.msi > 0 || node.capabilities.msix > 0) &&
  node.plan.some(
    (call) => call.call === 'allocate' && call.ladder.some(({ mode }) => mode === 'msi' || mode === 'msix'),
  );

function finding({ at, why, victims, name, end }: Blocked): Finding {
  const [first, ...others] = victims.map(nameOf);
  const askers = others.length > 0 ? `${first} and ${others.length} more ask` : `${first} asks`;
  return {
    rule: 'msi-blocked-by-no-msi-bus',
    at,
    message: `${why}: ${askers} in vain (-EINVAL), and ${end ?? 'INTx is what is left'}`,
    related: victims.map((node) => ({ at: { decl: node.decl, part: 'header' }, message: `${nameOf(node)} asks here` })),
    facts: { bus: name, victims: victims.length },
  };
}
