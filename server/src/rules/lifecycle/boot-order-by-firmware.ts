import { bootOrder } from '../../pci/boot-order.ts';
import type { Enumeration } from '../../pci/enumeration.ts';
import { newShape, type TreeShape } from '../../pci/shape.ts';
import type { FunctionIndex, Topology } from '../../pci/topology.ts';
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
    const difference = firstDifference(topology, enumerationAfterBoot(context));
    if (difference === undefined) return;
    const { place, byTree, byAcpi } = difference;
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

/** The first port that the firmwares do not agree about. */
interface Difference {
  /** Number among the ports, from 0. */
  readonly place: number;
  readonly byTree: FunctionIndex;
  readonly byAcpi: FunctionIndex;
}

const differences = new WeakMap<TreeShape, { readonly first: Difference | undefined }>();

/** Undefined where both serve the ports in the same order. It follows from how the tree is built. */
function firstDifference(topology: Topology, enumeration: Enumeration): Difference | undefined {
  const known = differences.get(topology.shape);
  if (known !== undefined) return known.first;
  const first = compareOrders(topology, enumeration);
  differences.set(topology.shape, { first });
  return first;
}

function compareOrders(topology: Topology, enumeration: Enumeration): Difference | undefined {
  const { machine } = topology;
  const order = (firmware: 'devicetree' | 'acpi') =>
    bootOrder({ ...topology, machine: { ...machine, firmware }, shape: newShape() }, enumeration).ports;
  const [tree, acpi] = [order('devicetree'), order('acpi')];
  const place = tree.findIndex((fn, number) => fn !== acpi[number]);
  const [byTree, byAcpi] = [tree[place], acpi[place]];
  return byTree === undefined || byAcpi === undefined ? undefined : { place, byTree, byAcpi };
}
