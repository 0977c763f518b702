/** What differs between the machine that a guest runs on and the one that it is to move to. */
import { NOBODY } from '../../controllers/arrival.ts';
import type { Capabilities, Machine, MigrationTarget, PciNode } from '../../model/machine.ts';
import { compareVersions } from '../../model/versions.ts';
import { lastBusOfWindow } from '../../pci/bus.ts';
import type { FunctionIndex, PciFunction } from '../../pci/topology.ts';
import { functionState, isPresent, type MachineState } from '../state.ts';
import type { Counterparts } from './counterparts.ts';
import type { FunctionChange, MigrationDifference } from './difference.ts';

/** Device models whose state QEMU cannot send: `.unmigratable = 1`, hw/nvme/ctrl.c (7.2 to 10.0). */
const unmigratable: ReadonlySet<string> = new Set(['nvme']);

/** The machine as such, then its functions in order. What only the controllers know is not in it. */
export function compareMachines(
  before: MachineState,
  { machine, os }: MigrationTarget,
  pairs: Counterparts,
): MigrationDifference[] {
  const here = before.topology.machine;
  const found = machineDifferences(here, machine);
  if (os !== undefined && compareVersions(os, here.os) !== 0) found.push({ is: 'kernel', here: here.os, there: os });
  const window = busBeyondWindow(before, pairs);
  if (window !== undefined) found.push(window);
  for (const fn of before.topology.functions) {
    const difference = isPresent(before, fn.index) ? functionDifference(fn, pairs) : undefined;
    if (difference !== undefined) found.push(difference);
  }
  for (const there of pairs.topology.functions) {
    if (!there.presentAtBoot || pairs.here(there.index) !== NOBODY) continue;
    found.push({ is: 'function-added', there, path: pairs.pathsThere[there.index] ?? '' });
  }
  return found;
}

function machineDifferences(here: Machine, there: Machine): MigrationDifference[] {
  const found: MigrationDifference[] = [];
  const [a, b] = [here.machineType, there.machineType];
  if (a !== undefined && b !== undefined && (a.family !== b.family || compareVersions(a.version, b.version) !== 0)) {
    found.push({ is: 'machine-type', here: a, there: b });
  }
  if (here.possibleCpus !== there.possibleCpus) {
    found.push({ is: 'cpus', here: here.possibleCpus, there: there.possibleCpus });
  }
  const count = Math.max(here.controllers.length, there.controllers.length);
  for (let i = 0; i < count; i++) {
    const [own, other] = [here.controllers[i], there.controllers[i]];
    if (own?.type !== other?.type) found.push({ is: 'controller-type', here: own, there: other });
  }
  return found;
}

/** The guest goes on with its bus numbers; configuration cycles beyond the window go nowhere. */
function busBeyondWindow(before: MachineState, { topology, there }: Counterparts): MigrationDifference | undefined {
  for (const [index, { secondary, reachable }] of before.enumeration.ranges.entries()) {
    const bridge = before.topology.functions[index];
    const other = topology.functions[there(index)];
    const root = other && topology.rootBuses[other.rootBus];
    if (bridge === undefined || root === undefined || !reachable) continue;
    const last = lastBusOfWindow(root.hostBridge);
    if (secondary > last) return { is: 'bus-window', here: bridge, bus: secondary, last };
  }
  return undefined;
}

function functionDifference(
  fn: PciFunction,
  { topology, there, paths }: Counterparts,
): MigrationDifference | undefined {
  const { type } = fn.node;
  if (type !== undefined && unmigratable.has(type)) return { is: 'function-blocks', here: fn, type };
  const other = topology.functions[there(fn.index)];
  if (other === undefined) return { is: 'function-missing', here: fn, path: paths[fn.index] ?? '' };
  const changes = changesOf(fn.node, other.node);
  return changes.length === 0 ? undefined : { is: 'function-changed', here: fn, there: other, changes };
}

/** QEMU compares configuration space byte by byte where the guest cannot write: IDs and capabilities (get_pci_config_device). */
function changesOf(here: PciNode, there: PciNode): readonly FunctionChange[] {
  const changes: FunctionChange[] = [];
  const differ = (what: string, a: string | number | undefined, b: string | number | undefined) => {
    if (a !== b) changes.push({ what, here: `${a ?? 'none'}`, there: `${b ?? 'none'}` });
  };
  if (here === there) return changes;
  differ('the kind', here.kind, there.kind);
  differ('the device', here.type, there.type);
  differ('the PCI ID', here.pciId, there.pciId);
  const [a, b]: readonly [Capabilities, Capabilities] = [here.capabilities, there.capabilities];
  differ('MSI messages', a.msi, b.msi);
  differ('MSI-X entries', a.msix, b.msix);
  if (a.msi > 0 && b.msi > 0) {
    differ('MSI addresses', bits(a), bits(b));
    differ('MSI mask bits', mask(a), mask(b));
  }
  differ('VFs', here.sriov?.totalVfs, there.sriov?.totalVfs);
  return changes;
}

const bits = ({ msi64bit }: Capabilities): string => (msi64bit ? '64 bits' : '32 bits');
const mask = ({ msiMaskable }: Capabilities): string => (msiMaskable ? 'yes' : 'no');

/** Whether the guest has message interrupts of a function. */
export const hasMessages = (state: MachineState, fn: FunctionIndex): boolean => {
  const { mode } = functionState(state, fn);
  return mode === 'msi' || mode === 'msix';
};
