/** The Linux vectors of functions, listed one by one. */
import { functionState } from '../../../server/src/timeline/state.ts';
import { firstVectors, isObject } from '../commands.ts';
import type { SpaprStep } from './record.ts';
import type { SpaprReplay } from './replay.ts';

/** Compares `observed.vectors`: every vector of each function that is listed. Linux's own numbers (`irq`) are not predicted. */
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
  for (const { from, to, index, source, mask, managed = false } of entries) {
    const first = Number(from ?? index);
    const last = Number(to ?? index);
    listed += last - first + 1;
    for (let i = first; i <= last; i++) {
      const got = predicted.get(i);
      tally.compare(step.n, `vectors ${bdf}[${i}].source`, Number(source) + i - first, got?.source);
      // What else was read stands with the mask.
      if (mask === undefined) continue;
      tally.compare(step.n, `vectors ${bdf}[${i}].mask`, mask, got?.mask);
      tally.compare(step.n, `vectors ${bdf}[${i}].managed`, managed, got?.managed);
    }
  }
  tally.compare(step.n, `vectors ${bdf}`, listed, predicted.size);
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
