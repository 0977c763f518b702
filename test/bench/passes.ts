/** Each pass of the pipeline by itself, on a text that was never seen before. */
import { analyseNow, type Sources } from '../../server/src/analysis/index.ts';
import { buildModel } from '../../server/src/model/model.ts';
import { enumerateAtBoot } from '../../server/src/pci/enumeration.ts';
import { placeMachine } from '../../server/src/pci/placement.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { parse } from '../../server/src/syntax/parser.ts';
import { bootMachine } from '../../server/src/timeline/scenario.ts';
import { type Figures, figuresOf } from './figures.ts';

/** In the order in which they run; `boot` enumerates, too, `total` is all of them as the server runs them. */
export const PASSES = ['parse', 'model', 'place', 'enumerate', 'boot', 'rules', 'total'] as const;
export type Pass = (typeof PASSES)[number];

const URI = 'file:///bench/generated.irqtopo';

/** Milliseconds of each pass over a spec. */
export function measurePasses(spec: string, rounds: number): Readonly<Record<Pass, Figures>> {
  const times: Record<Pass, number[]> = {
    parse: [],
    model: [],
    place: [],
    enumerate: [],
    boot: [],
    rules: [],
    total: [],
  };
  const timed = <T>(pass: Pass, work: () => T): T => {
    const before = performance.now();
    const result = work();
    times[pass].push(performance.now() - before);
    return result;
  };
  const sources: Sources = {
    read: (uri) => (uri === URI ? { text: spec } : { missing: 'is not there' }),
    resolve: () => ({ refused: 'has no files' }),
  };
  for (let round = 0; round < rounds; round++) {
    const tree = timed('parse', () => parse(spec));
    const { machine } = timed('model', () => buildModel(sources, URI, new Map([[URI, tree]])));
    const { topology } = timed('place', () => placeMachine(machine));
    timed('enumerate', () => enumerateAtBoot(topology, (fn) => topology.functions[fn]?.presentAtBoot ?? false));
    const boot = timed('boot', () => bootMachine(topology));
    timed('rules', () => {
      for (const { check } of RULES) for (const _ of check?.({ machine, topology, boot, runs: [] }) ?? []);
    });
    timed('total', () => analyseNow(sources, URI));
  }
  return {
    parse: figuresOf(times.parse),
    model: figuresOf(times.model),
    place: figuresOf(times.place),
    enumerate: figuresOf(times.enumerate),
    boot: figuresOf(times.boot),
    rules: figuresOf(times.rules),
    total: figuresOf(times.total),
  };
}
