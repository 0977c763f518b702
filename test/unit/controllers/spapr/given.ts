/** Small pseries machines for tests. */
import type { SpaprState } from '../../../../server/src/controllers/spapr/index.ts';
import type { Machine } from '../../../../server/src/model/machine.ts';
import { placeMachine } from '../../../../server/src/pci/placement.ts';
import type { FunctionIndex } from '../../../../server/src/pci/topology.ts';
import { type Allocation, allocateVectors, type VectorRequest } from '../../../../server/src/timeline/allocate.ts';
import { boot } from '../../../../server/src/timeline/boot.ts';
import { freeVectors, unbindDriver } from '../../../../server/src/timeline/free.ts';
import { newLog } from '../../../../server/src/timeline/log.ts';
import { changeFunction, type MachineState } from '../../../../server/src/timeline/state.ts';
import type { SpaprFunction } from '../../../conformance/spapr/record.ts';
import { spaprMachine } from '../../../conformance/spapr/to-machine.ts';

export interface Pseries {
  state: MachineState;
  readonly fn: (name: string) => FunctionIndex;
}

export interface Options {
  readonly os?: string;
  readonly vmm?: string;
  /** pseries-X.Y */
  readonly type?: string;
  readonly cpus?: number;
  readonly hostBridges?: number;
  /** Changes the machine before it is placed. */
  readonly adjust?: (machine: Machine) => Machine;
}

/** A function of the given capabilities at device.function, such as 01.0, of a host bridge. */
export function card(slot: string, msi: number, msix: number, phb = 0): SpaprFunction {
  const domain = phb === 0 ? '' : `${phb.toString(16).padStart(4, '0')}:`;
  return { bdf: `${domain}00:${slot}`, parent: 'root', phb, msi, msix, configAddress: '' };
}

/** Booted; every function has a driver that took nothing. */
export function pseries(functions: readonly SpaprFunction[], options: Options = {}): Pseries {
  const { os = 'linux-6.1', vmm = 'qemu-7.2', type = 'pseries-7.2', cpus = 1, hostBridges = 1, adjust } = options;
  const { machine } = spaprMachine({
    id: 'test',
    machine: { os, vmm, cpus },
    controllers: [{ type: 'spapr-xics', machine: type, numbering: 'per-type', firstSource: 0, lastSource: 0 }],
    functions,
    given: {
      claimed: [],
      phbs: Array.from({ length: hostBridges }, (_, phb) => ({ phb, buid: '', totalMsi: 0 })),
      requests: [],
    },
    steps: [],
  });
  const { topology } = placeMachine(adjust?.(machine) ?? machine);
  let state = boot(topology, newLog());
  for (const { index } of topology.functions) state = changeFunction(state, index, { driver: 'test' });
  const byName = new Map(topology.functions.map(({ name, index }) => [name, index]));
  const fn = (name: string): FunctionIndex => {
    const index = byName.get(name) ?? byName.get(`00:${name}`);
    if (index === undefined) throw new Error(`no function ${name}`);
    return index;
  };
  return { state, fn };
}

/** Allocates and moves the machine on. */
export function allocate(machine: Pseries, name: string, request: Partial<VectorRequest> = {}): Allocation {
  const allocation = allocateVectors(machine.state, machine.fn(name), {
    modes: ['msix'],
    min: 1,
    max: 1,
    ...request,
  });
  machine.state = allocation.state;
  return allocation;
}

/** Asks for exactly so many MSI-X vectors. */
export function exactly(machine: Pseries, name: string, vectors: number): Allocation {
  return allocate(machine, name, { min: vectors, max: vectors });
}

/** Frees the vectors; on 7.2 the firmware hears of it only when the driver goes. */
export function free(machine: Pseries, name: string): void {
  machine.state = freeVectors(machine.state, machine.fn(name)).state;
}

/** The driver goes and comes back. */
export function rebind(machine: Pseries, name: string): void {
  const fn = machine.fn(name);
  machine.state = changeFunction(unbindDriver(machine.state, fn).state, fn, { driver: 'test' });
}

/** The firmware's state. */
export function firmwareOf(machine: Pseries): SpaprState {
  const [controller] = machine.state.controllers;
  if (controller?.type !== 'spapr') throw new Error('no pseries machine');
  return controller;
}

/** Each call an allocation led to: function, number asked, answer and first source. */
export function calls(allocation: Allocation): string[] {
  return allocation.effects.flatMap((effect) => {
    if (effect.does !== 'change-msi') return [];
    const { called, asked, answer } = effect;
    const at = answer.is === 'granted' ? ` 0x${answer.block.first.toString(16)}` : '';
    return [`${called} ${asked} ${answer.is}${at}`];
  });
}
