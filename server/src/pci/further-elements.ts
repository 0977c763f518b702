/** More functions like a declared one than were declared: what a machine is asked that wants to know what else it holds. */
import type { PciNode } from '../model/machine.ts';
import { devfnOf } from './bus.ts';
import { newShape } from './shape.ts';
import type { FreeSlot } from './slots.ts';
import type { FunctionIndex, PciFunction, Topology } from './topology.ts';

export interface FurtherElements {
  /** The same functions under the same indexes, and the new ones behind them. */
  readonly topology: Topology;
  /** The new functions, one for each slot, in order; what is below them and their VFs come with them. */
  readonly elements: readonly FunctionIndex[];
}

/**
 * The topology with one more element of a declaration in each of the slots, absent like a `hotplug` one: a copy of the
 * first element, with its VFs and all that is below.
 */
export function addElements(topology: Topology, node: PciNode, slots: readonly FreeSlot[]): FurtherElements {
  const declared = topology.byNode.get(node) ?? [];
  const template = topology.functions[declared[0] ?? -1];
  if (template === undefined || slots.length === 0) return { topology, elements: [] };
  const functions = topology.functions.slice();
  const byNode = new Map<PciNode, FunctionIndex[]>();
  const elements: FunctionIndex[] = [];
  const gained = new Map<FunctionIndex, FunctionIndex[]>();

  const add = (fn: PciFunction): FunctionIndex => {
    functions.push(fn);
    const list = byNode.get(fn.node);
    if (list) list.push(fn.index);
    else byNode.set(fn.node, [fn.index]);
    return fn.index;
  };

  const copy = (
    of: PciFunction,
    parent: FunctionIndex,
    device: number,
    number: number,
    name: string,
  ): FunctionIndex => {
    const bus = functions[parent];
    const children: FunctionIndex[] = [];
    const vfs: FunctionIndex[] = [];
    const index = functions.length;
    const element = (topology.byNode.get(of.node)?.length ?? 0) + (byNode.get(of.node)?.length ?? 0);
    const rootBus = bus?.rootBus ?? of.rootBus;
    add({
      ...of,
      index,
      element,
      name,
      parent,
      rootBus,
      device,
      function: number,
      children,
      vfs,
      presentAtBoot: false,
    });
    const shift = ((device << 3) | number) - devfnOf(of);
    for (const vf of of.vfs) {
      const twin = functions[vf];
      if (twin?.vf === undefined) continue;
      const devfn = devfnOf(twin) + (twin.vf.busOffset << 8) + shift;
      vfs.push(
        add({
          ...twin,
          index: functions.length,
          name: `${twin.name} of ${name}`,
          parent,
          rootBus,
          device: (devfn & 0xff) >> 3,
          function: devfn & 7,
          vf: { ...twin.vf, physical: index, busOffset: devfn >> 8 },
          presentAtBoot: false,
        }),
      );
    }
    for (const child of of.children) {
      const below = functions[child];
      if (below !== undefined) {
        children.push(copy(below, index, below.device, below.function, `${below.name} below ${name}`));
      }
    }
    return index;
  };

  slots.forEach(({ bridge, device }, i) => {
    const index = copy(template, bridge, device, 0, furtherName(node, declared.length + i, template));
    elements.push(index);
    const list = gained.get(bridge);
    if (list) list.push(index);
    else gained.set(bridge, [index]);
  });
  for (const [owner, more] of gained) {
    const bridge = functions[owner];
    if (bridge === undefined) continue;
    const at = (index: FunctionIndex) => devfnOf(functions[index] ?? template);
    functions[owner] = { ...bridge, children: [...bridge.children, ...more].sort((a, b) => at(a) - at(b)) };
  }
  const all = new Map(topology.byNode);
  for (const [of, more] of byNode) all.set(of, [...(all.get(of) ?? []), ...more]);
  return { topology: { ...topology, functions, byNode: all, shape: newShape() }, elements };
}

/** `late[8]` behind late[7]; `nic1, once more` of one that is no array. */
function furtherName(node: PciNode, element: number, template: PciFunction): string {
  if (node.name !== undefined && node.count !== undefined && template.name === `${node.name}[0]`) {
    return `${node.name}[${element}]`;
  }
  return `another ${node.name ?? template.name}`;
}
