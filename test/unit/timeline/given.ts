/** Small machines for tests, written as functions and where they stand. */

import type { Effect } from '../../../server/src/controllers/effect.ts';
import type { Machine } from '../../../server/src/model/machine.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { type Allocation, allocateVectors, type VectorRequest } from '../../../server/src/timeline/allocate.ts';
import { boot } from '../../../server/src/timeline/boot.ts';
import { type Change, freeVectors } from '../../../server/src/timeline/free.ts';
import { newLog } from '../../../server/src/timeline/log.ts';
import { changeFunction, isFound, type MachineState } from '../../../server/src/timeline/state.ts';
import { predictedCommands } from '../../conformance/commands.ts';
import type { MachineRecord, RecordedFunction } from '../../conformance/record.ts';
import { toMachine } from '../../conformance/to-machine.ts';

export interface Given {
  /** Booted: ports and bridges have their vectors, endpoints a driver that took none. */
  state: MachineState;
  readonly bootEffects: readonly Effect[];
  readonly fn: (id: string) => FunctionIndex;
}

export interface Options {
  readonly os?: string;
  readonly cpus?: number;
  readonly firmware?: string;
  readonly controller?: MachineRecord['controllers'][number];
  /** Functions that are plugged in later. */
  readonly later?: readonly RecordedFunction[];
  /** Changes the machine before it is placed. */
  readonly adjust?: (machine: Machine) => Machine;
}

const its = { type: 'gicv3', deviceTable: { layout: 'indirect' } };

/** A booted machine with these functions. */
export function given(functions: readonly RecordedFunction[], options: Options = {}): Given {
  const { os = 'linux-7.2', cpus = 1, firmware = 'devicetree', controller = its, later = [], adjust } = options;
  const record: MachineRecord = {
    id: 'test',
    title: '',
    machine: { os, vmm: 'qemu-10.0', type: 'virt', cpus, firmware, rootBuses: [{ bus: 0, range: [0, 255] }] },
    controllers: [controller],
    functions,
    steps: later.map((plugged, n) => ({ n, do: { op: 'plug', function: plugged }, observed: {} })),
  };
  const declared = toMachine(record);
  const { topology } = placeMachine(adjust?.(declared.machine) ?? declared.machine);
  const byName = new Map(topology.functions.map(({ name, index }) => [name.replace(/@\d+$/, ''), index]));
  const log = newLog();
  let state = boot(topology, log);
  for (const { index, node } of topology.functions) {
    if (node.kind === 'endpoint' && isFound(state, index)) state = changeFunction(state, index, { driver: 'test' });
  }
  const fn = (id: string): FunctionIndex => {
    const index = byName.get(id);
    if (index === undefined) throw new Error(`no function ${id}`);
    return index;
  };
  return { state, bootEffects: log.effects, fn };
}

/** A function with MSI messages and an MSI-X table of these sizes, directly below the host bridge unless `parent` says else. */
export function endpoint(id: string, at: string, msi: number, msix: number, parent = 'root'): RecordedFunction {
  return { id, kind: 'endpoint', parent, at, msi, msix };
}

export function rootPort(id: string, at: string): RecordedFunction {
  return { id, kind: 'root-port', parent: 'root', at, msi: 0, msix: 1, driver: 'pcieport' };
}

/** A PCIe-to-PCI bridge; with its hot-plug controller it takes one MSI. */
export function pciBridge(id: string, at: string, parent = 'root'): RecordedFunction {
  return { id, kind: 'pcie-pci-bridge', parent, at, msi: 1, msix: 0, driver: 'shpchp' };
}

/** Allocates and moves the given state on. */
export function allocate(machine: Given, id: string, request: Partial<VectorRequest>): Allocation {
  const allocation = allocateVectors(machine.state, machine.fn(id), { modes: ['msix'], min: 1, max: 1, ...request });
  machine.state = allocation.state;
  return allocation;
}

/** Frees and moves the given state on. */
export function free(machine: Given, id: string): Change {
  const change = freeVectors(machine.state, machine.fn(id));
  machine.state = change.state;
  return change;
}

/** Effects in short: "MAPD 8 events 2 lpis 8192+1 of 1". */
export const commands = predictedCommands;
