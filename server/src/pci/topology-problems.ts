/** What is wrong with where functions stand, apart from addresses taken twice. */
import type { PciNode } from '../model/machine.ts';
import { either, withArticle } from '../model/value-text.ts';
import { kindOf, mayStandIn } from '../schema/index.ts';
import { addressText, busOwnerName, devfnOf, hex, isConventionalBus, isPort, takesOneDevice } from './bus.ts';
import { internalBridgeOf } from './expander.ts';
import type { PciProblem } from './problem.ts';
import { type FunctionIndex, NOWHERE, type PciFunction, type Topology } from './topology.ts';
import { vfProblems } from './vf-problems.ts';

/** One problem for each declaration and rule, about its first element that has it. */
export function topologyProblems(topology: Topology): readonly PciProblem[] {
  const reported = new Map<PciNode, Set<string>>();
  const problems: PciProblem[] = [];
  const report = (node: PciNode, problem: PciProblem) => {
    const rules = reported.get(node) ?? new Set();
    if (rules.has(problem.rule)) return;
    reported.set(node, rules.add(problem.rule));
    problems.push(problem);
  };
  for (const fn of topology.functions) {
    if (fn.rootBus !== NOWHERE && fn.vf === undefined && mayBeMisplaced(topology, fn)) {
      for (const problem of placeProblems(topology, fn)) report(fn.node, problem);
    }
    if (fn.vfs.length > 0) for (const problem of vfProblems(topology, fn)) report(fn.node, problem);
    if (fn.children.length > 0) for (const problem of slotProblems(topology, fn.children)) report(fn.node, problem);
  }
  for (const root of topology.rootBuses) problems.push(...slotProblems(topology, root.children));
  problems.push(...doubleRootBuses(topology), ...doubleSlots(topology));
  return problems;
}

/** False for the usual element of an array: all but its first differ in the device number alone. */
function mayBeMisplaced(topology: Topology, fn: PciFunction): boolean {
  if (fn.element === 0) return true;
  const parent = fn.parent === undefined ? undefined : topology.functions[fn.parent];
  if (parent === undefined) return false;
  return fn.device === 0 ? parent.node.bridge?.hotplug === 'shpc' : takesOneDevice(parent.node);
}

function* placeProblems(topology: Topology, fn: PciFunction): Iterable<PciProblem> {
  const { node } = fn;
  const parent = fn.parent === undefined ? undefined : topology.functions[fn.parent];
  const root = topology.rootBuses[fn.rootBus];
  const expander = root?.expander === undefined ? undefined : topology.functions[root.expander];
  const around = parent ?? expander;
  const aroundKind = around?.node.kind ?? 'host-bridge';
  if (parent === undefined && expander !== undefined && node.kind === 'endpoint') {
    const owner = busOwnerName(topology, fn);
    yield {
      ...baseOf(fn, around),
      rule: 'endpoint-on-extra-root',
      part: 'header',
      message: `Only bridges may be plugged into ${owner}; ${fn.name} is an endpoint`,
      facts: { name: fn.name, expander: owner },
    };
  } else if (!isInternal(expander, parent) && !standsWell(node, aroundKind)) {
    const owner = busOwnerName(topology, fn);
    const places = (kindOf(node.kind)?.parents ?? []).filter((place) => place !== 'top').map(withArticle);
    yield {
      ...baseOf(fn, around),
      rule: 'port-in-wrong-place',
      part: 'header',
      message: `${fn.name} (${node.type ?? node.kind}) must be connected to ${either(places)}, not to ${owner}, ${withArticle(aroundKind)}`,
      facts: { name: fn.name, type: node.type ?? node.kind, parent: owner, parentKind: aroundKind },
    };
  } else if (parent && isConventionalBus(parent.node) && node.interface === 'pcie') {
    const type = node.type ?? fn.name;
    const owner = busOwnerName(topology, fn);
    yield {
      ...baseOf(fn, around),
      rule: 'pcie-only-on-conventional',
      part: node.type === undefined ? 'header' : 'type',
      message: `${type} needs a PCI Express bus; the bus behind ${owner} is a conventional one`,
      facts: { type, name: fn.name, bridge: owner },
    };
  }
  if (parent && takesOneDevice(parent.node) && fn.device !== 0) {
    const owner = busOwnerName(topology, fn);
    yield {
      ...baseOf(fn, around),
      rule: 'root-port-slot-not-zero',
      part: 'at',
      message: `${fn.name}: below ${owner} only device 00 is reachable, not ${hex(fn.device, 2).slice(2)}`,
      facts: { name: fn.name, port: owner, device: fn.device },
    };
  }
  // QEMU checks cold-plugged devices against the slots of the SHPC, too; elsewhere slot 0 merely cannot be hot-plugged.
  const needsSlot = node.hotplug || topology.machine.vmm !== undefined;
  if (parent?.node.bridge?.hotplug === 'shpc' && fn.device === 0 && needsSlot) {
    const owner = busOwnerName(topology, fn);
    yield {
      ...baseOf(fn, around),
      rule: 'shpc-slot-zero',
      part: 'at',
      message: `Slot 0 of ${owner} is not a hot-plug slot (1..31): ${fn.name} cannot be there`,
      facts: { name: fn.name, bridge: owner },
    };
  }
}

/** What problems of a function have in common. `around`: the function whose bus it is on. */
function baseOf(fn: PciFunction, around: PciFunction | undefined): Pick<PciProblem, 'node' | 'related' | 'functions'> {
  const { node } = fn;
  if (around === undefined) return { node, related: [], functions: [fn.index] };
  const message = `${around.name} is ${withArticle(around.node.type ?? around.node.kind)}`;
  return { node, related: [{ node: around.node, part: 'header', message }], functions: [fn.index, around.index] };
}

/** Below a plain `pxb` everything stands behind the bridge it brings along, where the schema means the expander. */
const isInternal = (expander: PciFunction | undefined, parent: PciFunction | undefined): boolean =>
  expander !== undefined &&
  internalBridgeOf(expander.node) !== undefined &&
  (parent === undefined || parent.node.decl === expander.node.decl);

function standsWell(node: PciNode, parentKind: string): boolean {
  const schema = kindOf(node.kind);
  return schema === undefined || mayStandIn(schema, parentKind) === 'yes';
}

/** Slots with functions above 0: is there a function 0, and does it say so? */
function* slotProblems(topology: Topology, children: readonly FunctionIndex[]): Iterable<PciProblem> {
  let leader: PciFunction | undefined;
  let reportedDevice = -1;
  for (const index of children) {
    const fn = topology.functions[index];
    if (fn === undefined) continue;
    const parent = fn.parent === undefined ? undefined : topology.functions[fn.parent];
    const ari = parent?.node.bridge?.ari === true;
    const device = ari ? 0 : fn.device;
    if (ari ? devfnOf(fn) === 0 : fn.function === 0) {
      if (leader === undefined || leader.device !== fn.device || !fn.node.hotplug) leader = fn;
      continue;
    }
    if (reportedDevice === device) continue;
    if (leader === undefined || (!ari && leader.device !== fn.device) || (fn.presentAtBoot && !leader.presentAtBoot)) {
      reportedDevice = device;
      const slot = addressText(devfnOf(fn));
      const owner = busOwnerName(topology, fn);
      yield {
        rule: 'function-zero-missing',
        node: fn.node,
        part: fn.node.at === undefined ? 'header' : 'at',
        message: `${fn.name} at ${slot} below ${owner} is invisible: the slot has no function 0${leader?.device === fn.device ? ' at boot' : ''}`,
        related: [],
        functions: [fn.index],
        facts: { name: fn.name, address: slot, owner, device: fn.device },
      };
    } else if (leader.node.multifunction === false) {
      reportedDevice = device;
      const owner = busOwnerName(topology, fn);
      yield {
        rule: 'multifunction-flag-missing',
        node: leader.node,
        part: { property: 'multifunction' },
        message: `${addressText(devfnOf(leader))} below ${owner}: multifunction = true is needed on ${leader.name}: ${fn.name} is a function of the same device`,
        related: [{ node: fn.node, part: 'header', message: `${fn.name} is function ${fn.function}` }],
        functions: [leader.index, fn.index],
        facts: { name: leader.name, other: fn.name, owner },
      };
    }
  }
}

/** Two root buses of a segment with one number. */
function* doubleRootBuses(topology: Topology): Iterable<PciProblem> {
  const owners = new Map<string, { readonly name: string; readonly node: PciProblem['node'] }>();
  for (const root of topology.rootBuses) {
    const expander = root.expander === undefined ? undefined : topology.functions[root.expander];
    // Its number is missing, which is a finding of its own.
    if (expander !== undefined && expander.node.bridge?.bus === undefined) continue;
    const { segment } = root.hostBridge;
    const node = expander?.node ?? root.hostBridge;
    const name = expander?.name ?? root.hostBridge.name ?? 'the host bridge';
    const key = `${segment}:${root.bus}`;
    const other = owners.get(key);
    if (other === undefined) {
      owners.set(key, { name, node });
      continue;
    }
    let free = root.bus + 1;
    while (owners.has(`${segment}:${free}`)) free++;
    yield {
      rule: 'duplicate-pxb-bus-nr',
      node,
      part: { property: expander ? 'bus' : 'bus-range' },
      message: `Bus ${root.bus} is already in use by ${other.name}`,
      related: [{ node: other.node, part: { property: 'bus' }, message: `${other.name} has bus ${root.bus}` }],
      functions: expander ? [expander.index] : [],
      facts: { name, other: other.name, bus: root.bus, free },
    };
  }
}

/** Ports with one chassis and slot, both written (pcie_chassis_add_slot, hw/pci/pcie_port.c). */
function* doubleSlots(topology: Topology): Iterable<PciProblem> {
  const owners = new Map<number, PciFunction>();
  const reported = new Set<PciNode>();
  for (const fn of topology.functions) {
    const { chassis, slot } = fn.node.bridge ?? {};
    if (!isPort(fn.node) || chassis === undefined || slot === undefined) continue;
    const key = chassis * 65_536 + slot;
    const other = owners.get(key);
    if (other === undefined) {
      owners.set(key, fn);
      continue;
    }
    if (reported.has(fn.node)) continue;
    reported.add(fn.node);
    yield {
      rule: 'duplicate-chassis-slot',
      node: fn.node,
      part: { property: 'slot' },
      message: `chassis ${chassis} slot ${slot} of ${fn.name} already used by ${other.name}`,
      related:
        other.node === fn.node
          ? []
          : [
              {
                node: other.node,
                part: { property: 'slot' },
                message: `${other.name} has chassis ${chassis} slot ${slot}`,
              },
            ],
      functions: [fn.index, other.index],
      facts: { name: fn.name, other: other.name, chassis, slot },
    };
  }
}
