/** Small x86 machines for tests, in the state before the first PCI driver. */
import type { X86State } from '../../../server/src/controllers/x86-apic/index.ts';
import { enumerateAtBoot } from '../../../server/src/pci/enumeration.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { type Allocation, allocateVectors, type VectorRequest } from '../../../server/src/timeline/allocate.ts';
import { freeVectors } from '../../../server/src/timeline/free.ts';
import { releaseIrqs, requestIrqs } from '../../../server/src/timeline/request-irq.ts';
import { functionState, initialState, type MachineState, presentIn } from '../../../server/src/timeline/state.ts';
import { withGiven } from '../../conformance/x86/given-state.ts';
import { listed, type X86Function, type X86Given, type X86Record } from '../../conformance/x86/record.ts';
import { x86Machine } from '../../conformance/x86/to-machine.ts';

export interface X86Options {
  readonly os?: string;
  readonly cpus?: number;
  readonly remapping?: 'none' | 'intel' | 'amd';
  /** Vectors in use per CPU, such as "33,48"; none unless given. */
  readonly used?: readonly string[];
  readonly reserved?: number;
  readonly given?: Partial<X86Given>;
}

/** A machine whose state moves on with the calls below. */
export interface X86Machine {
  state: MachineState;
  readonly fn: (bdf: string) => FunctionIndex;
}

/** A machine with these functions; no driver has touched them. */
export function x86Given(functions: readonly X86Function[], options: X86Options = {}): X86Machine {
  const {
    os = 'linux-6.1',
    cpus = 1,
    remapping = 'none',
    reserved = 0,
    used = Array.from({ length: cpus }, () => ''),
  } = options;
  const none = Array.from({ length: cpus }, () => 0);
  const cpu = { available: none, allocated: none, managed: none, managedAllocated: none };
  const record: X86Record = {
    id: 'test',
    title: '',
    machine: { os, vmm: 'qemu-7.2', type: 'q35', cpus },
    controllers: [
      {
        type: 'x86-apic',
        firstVector: 32,
        lastVector: 235,
        systemVectors: [50, 128],
        placeholderVector: 239,
        remapping,
      },
    ],
    functions,
    given: { counts: { available: 0, reserved, allocated: 0, cpu }, used, ...options.given },
    steps: [],
  };
  const { declared } = x86Machine(record);
  const { topology } = placeMachine(declared.machine);
  const off = initialState(topology);
  const found = { ...off, enumeration: enumerateAtBoot(topology, presentIn(off)) };
  const fn = (bdf: string): FunctionIndex => {
    const node = declared.present.get(bdf);
    const index = node === undefined ? undefined : topology.byNode.get(node)?.[0];
    if (index === undefined) throw new Error(`no function ${bdf}`);
    return index;
  };
  return { state: withGiven(found, record, fn), fn };
}

/** A function on bus 0 with these capabilities. */
export function card(bdf: string, msi: number, msix: number, more: Partial<X86Function> = {}): X86Function {
  return { bdf, kind: 'endpoint', parent: 'root', msi, msix, ...more };
}

/** So many functions on bus 0, eight to a slot from slot 1 on. */
export function cards(count: number, msi: number, msix: number): X86Function[] {
  return Array.from({ length: count }, (_, i) => {
    const slot = (1 + (i >> 3)).toString(16).padStart(2, '0');
    return card(`00:${slot}.${i & 7}`, msi, msix);
  });
}

export function allocate(machine: X86Machine, bdf: string, request: Partial<VectorRequest>): Allocation {
  const allocation = allocateVectors(machine.state, machine.fn(bdf), { modes: ['msix'], min: 1, max: 1, ...request });
  machine.state = allocation.state;
  return allocation;
}

/** request_irq on these indexes, one by one; gives the errno of the first that fails. */
export function request(machine: X86Machine, bdf: string, first: number, last: number = first): string | undefined {
  const handled = requestIrqs(machine.state, machine.fn(bdf), first, last);
  machine.state = handled.state;
  return handled.errno;
}

export function release(machine: X86Machine, bdf: string, first: number, last: number = first): void {
  machine.state = releaseIrqs(machine.state, machine.fn(bdf), first, last).state;
}

export function free(machine: X86Machine, bdf: string): void {
  machine.state = freeVectors(machine.state, machine.fn(bdf)).state;
}

export function apic({ state }: { readonly state: MachineState }): X86State {
  const [own] = state.controllers;
  if (own?.type !== 'x86-apic') throw new Error('no local APICs');
  return own;
}

/** "3:34" for CPU 3, vector 34; "none" without a vector. */
export function places(machine: X86Machine, bdf: string): string[] {
  return functionState(machine.state, machine.fn(bdf)).vectors.flatMap((run) =>
    Array.from({ length: run.count }, (_, offset) => {
      const target = apic(machine).interrupts.get(run.hwirq + offset)?.target;
      return target === undefined ? 'none' : `${target.cpu}:${target.vector}`;
    }),
  );
}

/** The remapping entries of a function's vectors. */
export function entries(machine: X86Machine, bdf: string): number[] {
  return functionState(machine.state, machine.fn(bdf)).vectors.flatMap((run) =>
    Array.from({ length: run.count }, (_, offset) => run.data + offset),
  );
}

export { listed };
