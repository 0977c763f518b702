import { bootOrder } from '../../pci/boot-order.ts';
import { eachNode } from '../nodes.ts';
import type { Rule } from '../rule.ts';
import { at, enumerationAfterBoot } from '../sharing.ts';

export const bootOrderByFirmware: Rule = {
  id: 'boot-order-by-firmware',
  severity: 'info',
  title: 'LPI numbers depend on the firmware',
  checks: 'Ports and hot-plug bridges take their vectors in the same order under devicetree and under ACPI.',
  why: 'Under devicetree Linux binds ports and bridges in one walk, bus by bus. Under ACPI all ports come first and the hot-plug controllers of bridges after them, and several root buses are served from the highest number down. Each takes LPIs when it is bound, so everything after the first difference has other numbers.',
  remedy: 'Nothing has to change. Do not rely on LPI numbers across firmware.',
  sources: ['Recorded machines: dt-switch, acpi-plain, pxb (6.1, 6.12, 7.2)'],
  *check(context) {
    const { topology, machine } = context;
    if (!machine.controllers.some(({ type }) => type === 'gicv3')) return;
    if (topology.rootBuses.length < 2 && !eachNode(machine).some(({ node }) => node.bridge?.hotplug === 'shpc')) return;
    const enumeration = enumerationAfterBoot(context);
    const order = (firmware: 'devicetree' | 'acpi') =>
      bootOrder({ ...topology, machine: { ...machine, firmware } }, enumeration).ports;
    const [tree, acpi] = [order('devicetree'), order('acpi')];
    const place = tree.findIndex((fn, number) => fn !== acpi[number]);
    const [byTree, byAcpi] = [tree[place], acpi[place]];
    if (byTree === undefined || byAcpi === undefined) return;
    const { node, name } = at(topology, byTree);
    yield {
      rule: 'boot-order-by-firmware',
      at: { decl: node.decl, part: 'header' },
      message: `LPI numbers depend on the firmware: port ${place + 1} to be served is ${name} under devicetree, ${at(topology, byAcpi).name} under ACPI`,
      functions: [byTree, byAcpi],
      facts: { devicetree: name, acpi: at(topology, byAcpi).name },
    };
  },
};
