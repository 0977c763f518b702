/** Replays an x86 record on the model and compares everything that was observed. */
import { IntMap } from '../../../server/src/base/int-map.ts';
import type { Effect } from '../../../server/src/controllers/effect.ts';
import type { Pin, X86State } from '../../../server/src/controllers/x86-apic/state.ts';
import { enumerateAtBoot } from '../../../server/src/pci/enumeration.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { initialState, presentIn } from '../../../server/src/timeline/state.ts';
import type { Replay } from '../replay.ts';
import { type Replayed, Tally } from '../tally.ts';
import { compareState } from './compare.ts';
import { withGiven } from './given-state.ts';
import { operations } from './operations.ts';
import { enabledBefore, pinsOf } from './pins.ts';
import { listed, type X86Record } from './record.ts';
import { x86Machine } from './to-machine.ts';

/** A replay under way. */
export interface X86Replay extends Replay {
  readonly x86: X86Record;
  /** The IO-APIC pin of each function, by address. */
  readonly pins: ReadonlyMap<string, number>;
  /** Functions that hold their pin. */
  readonly enabled: Set<string>;
  /** Kernel messages that come once per boot, as far as they came. */
  readonly told: Set<string>;
}

/** Runs every step, and compares the state after it. */
export function replayX86(x86: X86Record): Replayed {
  const tally = new Tally(x86.id);
  const { record, declared } = x86Machine(x86);
  const { topology } = placeMachine(declared.machine);
  const off = initialState(topology);
  const functions: Replay['functions'] = new Map();
  for (const source of record.functions) {
    const node = declared.present.get(source.id);
    const index = node === undefined ? undefined : topology.byNode.get(node)?.[0];
    if (index !== undefined) functions.set(source.id, { index, source });
  }
  const found = { ...off, enumeration: enumerateAtBoot(topology, presentIn(off)) };
  const state = withGiven(found, x86, (bdf) => functions.get(bdf)?.index);
  const pins = pinsOf(x86);
  const enabled = new Set(enabledBefore(x86));
  const replay: X86Replay = { record, declared, tally, state, functions, x86, pins, enabled, told: new Set() };
  setApic(replay, { ...apic(replay), pins: pinsInUse(replay) });
  compareSpace(replay);
  compareState(replay, { n: 0, do: { op: 'given' }, observed: x86.given });
  for (const step of x86.steps) {
    const operate = operations[step.do.op];
    if (operate === undefined) {
      tally.skip(step.n, `operation ${step.do.op} is not known`, true);
      continue;
    }
    operate(replay, step);
    compareState(replay, step);
  }
  return tally.result(x86.steps.length);
}

/** The one controller of the machine. */
export function apic({ state }: Pick<Replay, 'state'>): X86State {
  const [own] = state.controllers;
  if (own?.type !== 'x86-apic') throw new Error('the machine has no local APICs');
  return own;
}

/** Goes on with another state of the controller. */
export function setApic(replay: Replay, own: X86State): void {
  replay.state = { ...replay.state, controllers: [own] };
}

/** Goes on with what an operation of the controller left, and gives its effects and errno. */
export function applied<T>(
  replay: Replay,
  outcome: {
    state: X86State;
    effects: readonly Effect[];
    result: { ok: true; value: T } | { ok: false; errno: string };
  },
): { effects: readonly Effect[]; errno: string | undefined; value: T | undefined } {
  setApic(replay, outcome.state);
  const { result, effects } = outcome;
  return result.ok
    ? { effects, errno: undefined, value: result.value }
    : { effects, errno: result.errno, value: undefined };
}

/** The function at an address now; a step without one that exists is reported. */
export function functionAtBdf(replay: X86Replay, n: number, bdf: string | undefined): FunctionIndex | undefined {
  const found = bdf === undefined ? undefined : replay.functions.get(bdf)?.index;
  if (found === undefined) replay.tally.skip(n, `function ${bdf} is not known`, true);
  return found;
}

/** Pins that functions enabled before the first step hold; their entries are the last ones in use, in the order of the steps. */
function pinsInUse({ x86, pins, enabled }: X86Replay): X86State['pins'] {
  const entries = listed(x86.given.irtesInUse);
  const numbers = [...new Set([...enabled].flatMap((bdf) => pins.get(bdf) ?? []))];
  const mask = x86.given.defaultAffinity === undefined ? undefined : listed(x86.given.defaultAffinity);
  return IntMap.of(
    numbers.map((number, i): [number, Pin] => {
      const users = [...enabled].filter((bdf) => pins.get(bdf) === number).length;
      const entry = entries[entries.length - numbers.length + i];
      const interrupt = {
        mask,
        maskSet: false,
        managed: false,
        fixed: false,
        requested: false,
        target: undefined,
        previous: undefined,
      };
      return [number, { users, handlers: 0, entry, interrupt }];
    }),
  );
}

/** The vectors of the kernel's rules against those of the record. */
function compareSpace(replay: X86Replay): void {
  const controller = replay.x86.controllers[0];
  const { first, last, system } = apic(replay).matrix.space;
  const numbers = system.flatMap((run) => listed(`${run.first}-${run.last}`));
  replay.tally.compare(undefined, 'firstVector', controller?.firstVector, first);
  replay.tally.compare(undefined, 'lastVector', controller?.lastVector, last);
  replay.tally.compare(undefined, 'systemVectors', controller?.systemVectors.join(), numbers.join());
}
