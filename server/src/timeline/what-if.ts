/** The same machine and scenario, were the events of its ITSs to live as another model has it. */
import type { WhatIf } from '../model/machine.ts';
import { newShape } from '../pci/shape.ts';
import type { Topology } from '../pci/topology.ts';
import type { Run } from './run.ts';
import { bootMachine, runScenario } from './scenario.ts';

/** The models, and what each is called. */
export const WHAT_IFS: readonly { readonly model: WhatIf; readonly name: string; readonly does: string }[] = [
  { model: 'bulk', name: 'freed in bulk', does: 'a block of MSI messages is freed in one piece, as it was allocated' },
  {
    model: 'four-phase',
    name: 'four phases',
    does: 'a region is reserved for each function, its events come and go in it, and it is released as a whole',
  },
];

/** Whether there is something to compare: only an ITS has such events. */
export const hasWhatIf = ({ machine }: Topology): boolean => machine.controllers.some(({ type }) => type === 'gicv3');

const boots = new WeakMap<Topology, Map<WhatIf, Run>>();
const runs = new WeakMap<Run, Map<WhatIf, Run>>();

/** A boot of the machine in that model. */
export function bootIf(topology: Topology, model: WhatIf): Run {
  const known = boots.get(topology) ?? new Map<WhatIf, Run>();
  boots.set(topology, known);
  const before = known.get(model);
  if (before !== undefined) return before;
  const { machine } = topology;
  const kernelOptions = { ...machine.kernelOptions, whatIf: model };
  const booted = bootMachine({ ...topology, machine: { ...machine, kernelOptions }, shape: newShape() });
  known.set(model, booted);
  return booted;
}

/** What a run would have been in that model: step by step the same ones. */
export function runIf(topology: Topology, run: Run, model: WhatIf): Run {
  const known = runs.get(run) ?? new Map<WhatIf, Run>();
  runs.set(run, known);
  const before = known.get(model);
  if (before !== undefined) return before;
  const booted = bootIf(topology, model);
  const other = run.scenario === undefined ? booted : runScenario(booted, run.scenario);
  known.set(model, other);
  return other;
}
