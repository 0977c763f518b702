/** The Linux vectors of functions, listed one by one. */
import type { VectorRun } from '../../../server/src/controllers/controller.ts';
import { functionState } from '../../../server/src/timeline/state.ts';
import { firstVectors, isObject } from '../commands.ts';
import type { SpaprStep } from './record.ts';
import type { SpaprReplay } from './replay.ts';

/**
 * Compares `observed.vectors`: every vector of each function that is listed. Of Linux's own numbers (`irq`) that no two vectors have
 * the same, and that a vector keeps its own while it is allocated.
 */
export function compareVectors(replay: SpaprReplay, step: SpaprStep): void {
  const { vectors } = step.observed;
  if (!Array.isArray(vectors)) return;
  const byFunction = new Map<string, Readonly<Record<string, unknown>>[]>();
  for (const entry of vectors.filter(isObject)) {
    const bdf = String(entry.bdf ?? step.do.bdf);
    const entries = byFunction.get(bdf);
    if (entries === undefined) byFunction.set(bdf, [entry]);
    else entries.push(entry);
  }
  for (const [bdf, entries] of byFunction) compareFunction(replay, step, bdf, entries);
}

function compareFunction(
  replay: SpaprReplay,
  step: SpaprStep,
  bdf: string,
  entries: readonly Readonly<Record<string, unknown>>[],
): void {
  const { tally } = replay;
  const fn = replay.functions.get(bdf)?.index;
  const own = fn === undefined ? [] : functionState(replay.state, fn).vectors;
  const all = Array.from({ length: replay.record.machine.cpus }, (_, cpu) => cpu);
  const predicted = new Map(
    firstVectors(own, Number.POSITIVE_INFINITY).map(({ run, offset }) => [
      run.index + offset,
      { source: run.hwirq + offset, mask: cpuList(run.mask ?? all), managed: run.managed },
    ]),
  );
  let listed = 0;
  for (const { from, to, index, source, mask, managed = false, irq } of entries) {
    const first = Number(from ?? index);
    const last = Number(to ?? index);
    listed += last - first + 1;
    for (let i = first; i <= last; i++) {
      const got = predicted.get(i);
      tally.compare(step.n, `vectors ${bdf}[${i}].source`, Number(source) + i - first, got?.source);
      if (typeof irq === 'number') compareIrq(replay, step, `${bdf}[${i}]`, own, irq + i - first);
      // What else was read stands with the mask.
      if (mask === undefined) continue;
      tally.compare(step.n, `vectors ${bdf}[${i}].mask`, mask, got?.mask);
      tally.compare(step.n, `vectors ${bdf}[${i}].managed`, managed, got?.managed);
    }
  }
  tally.compare(step.n, `vectors ${bdf}`, listed, predicted.size);
}

/** Notes a vector's Linux number, or compares it with what was noted in the same allocation. */
function compareIrq(
  replay: SpaprReplay,
  step: SpaprStep,
  vector: string,
  allocation: readonly VectorRun[],
  irq: number,
): void {
  const { irqs, tally } = replay;
  const known = irqs.get(vector);
  const isSame = known?.allocation === allocation;
  if (isSame) tally.compare(step.n, `vectors ${vector}.irq`, irq, known.irq);
  else irqs.set(vector, { allocation, irq, bdf: vector.slice(0, vector.indexOf('[')) });
  const owner = [...irqs].find(
    ([other, noted]) => other !== vector && noted.irq === irq && isAllocated(replay, noted.bdf, noted.allocation),
  );
  tally.compare(step.n, `vectors ${vector}.irq ${irq} also of`, undefined, owner?.[0]);
}

function isAllocated(replay: SpaprReplay, bdf: string, allocation: readonly VectorRun[]): boolean {
  const fn = replay.functions.get(bdf)?.index;
  return fn !== undefined && functionState(replay.state, fn).vectors === allocation;
}

/** As /proc writes it: 0-3,5. */
function cpuList(cpus: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const cpu of cpus) {
    const last = runs[runs.length - 1];
    if (last !== undefined && last[1] + 1 === cpu) last[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
