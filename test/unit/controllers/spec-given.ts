/** Machines for tests of controllers, written in the language. */
import { buildModel } from '../../../server/src/model/model.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { parse } from '../../../server/src/syntax/parser.ts';
import { allocateVectors, type VectorRequest } from '../../../server/src/timeline/allocate.ts';
import { boot } from '../../../server/src/timeline/boot.ts';
import { newLog } from '../../../server/src/timeline/log.ts';
import { changeFunction, functionState, type MachineState } from '../../../server/src/timeline/state.ts';

export interface SpecMachine {
  /** Booted: functions with `driver = none` have a driver that took nothing. */
  state: MachineState;
  readonly fn: (name: string) => FunctionIndex;
}

const uri = 'file:///test.irqtopo';

/** A booted machine. */
export function specGiven(text: string): SpecMachine {
  const sources = { read: () => ({ text }), resolve: () => ({ refused: 'has no files' }) };
  const { machine, problems } = buildModel(sources, uri, new Map([[uri, parse(text)]]));
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  const { topology } = placeMachine(machine);
  let state = boot(topology, newLog());
  for (const { index, node } of topology.functions) {
    if (node.driver === 'none') state = changeFunction(state, index, { driver: 'test' });
  }
  const byName = new Map(topology.functions.map(({ name, index }) => [name, index]));
  const fn = (name: string): FunctionIndex => {
    const index = byName.get(name);
    if (index === undefined) throw new Error(`no function ${name}`);
    return index;
  };
  return { state, fn };
}

/** Allocates and moves the machine on. */
export function allocateIn(machine: SpecMachine, name: string, request: Partial<VectorRequest>) {
  const wanted = { modes: ['msix'] as const, min: 1, max: 1, ...request };
  const allocation = allocateVectors(machine.state, machine.fn(name), wanted);
  machine.state = allocation.state;
  return allocation;
}

/** The vectors a function has. */
export const vectorsOf = ({ state, fn }: SpecMachine, name: string) => functionState(state, fn(name)).vectors;
