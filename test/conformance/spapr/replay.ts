/** Replays a pseries record: Linux's calls on the timeline, the firmware's on the controller. */
import type { VectorRun } from '../../../server/src/controllers/controller.ts';
import { type SpaprState, spaprState } from '../../../server/src/controllers/spapr/index.ts';
import { largestRequest, requestedMessages } from '../../../server/src/controllers/spapr/quota.ts';
import { claimedSources, totalMsis } from '../../../server/src/controllers/spapr/source-space.ts';
import { configAddress } from '../../../server/src/controllers/spapr/state.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { boot } from '../../../server/src/timeline/boot.ts';
import { newLog } from '../../../server/src/timeline/log.ts';
import { changeFunction, isPresent, type MachineState } from '../../../server/src/timeline/state.ts';
import { isObject } from '../commands.ts';
import { type Replayed, Tally } from '../tally.ts';
import { operations } from './operations.ts';
import type { SpaprFunction, SpaprRecord, SpaprStep } from './record.ts';
import { givenSpace, requesterIdOf, runText, spaprMachine } from './to-machine.ts';

/** A replay under way. Operations move `state` on and compare with `tally`. */
export interface SpaprReplay {
  readonly record: SpaprRecord;
  readonly tally: Tally;
  state: MachineState;
  /** What is in, or was last in, the slot with this address. */
  readonly functions: Map<string, { readonly index: FunctionIndex; readonly source: SpaprFunction }>;
  /** The Multiple Message Enable fields that were written, as counts. */
  readonly messagesEnabled: Map<string, number>;
  /** Functions whose removal the machine monitor asked for. */
  readonly leaving: Set<string>;
  /** Linux's numbers of vectors as they were listed, with the allocation that made them. */
  readonly irqs: Map<string, { readonly bdf: string; readonly allocation: readonly VectorRun[]; readonly irq: number }>;
  /** Modes for which the kernel has printed its warning of a second call, which it does once. */
  readonly warned: Set<'msi' | 'msix'>;
}

/** Runs every step. */
export function replaySpapr(record: SpaprRecord): Replayed {
  const tally = new Tally(record.id);
  const { machine, nodes } = spaprMachine(record);
  const { topology } = placeMachine(machine);
  const functions: SpaprReplay['functions'] = new Map();
  for (const [bdf, node] of nodes) {
    const index = topology.byNode.get(node)?.[0];
    const source = record.functions.find((one) => one.bdf === bdf) ?? pluggedFirst(record, bdf);
    if (index !== undefined && source !== undefined) functions.set(bdf, { index, source });
  }
  let state = boot(topology, newLog());
  const [controller] = machine.controllers;
  if (controller === undefined || !('spiFrames' in controller)) {
    throw new Error('the machine is no pseries machine');
  }
  state = { ...state, controllers: [spaprState(controller, machine, givenSpace(record))] };
  for (const { index } of functions.values()) state = changeFunction(state, index, { driver: 'test' });
  const replay: SpaprReplay = {
    record,
    tally,
    state,
    functions,
    messagesEnabled: new Map(),
    leaving: new Set(),
    irqs: new Map(),
    warned: new Set(),
  };
  compareGiven(replay);
  for (const step of record.steps) {
    const operate = operations[step.do.op];
    if (operate === undefined) tally.skip(step.n, `operation ${step.do.op} is not known`, true);
    else operate(replay, step);
    compareClaimed(replay, step);
  }
  return tally.result(record.steps.length);
}

/** The firmware's state. */
export function firmware(replay: SpaprReplay): SpaprState {
  const [controller] = replay.state.controllers;
  if (controller?.type !== 'spapr') throw new Error('the machine is no pseries machine');
  return controller;
}

/** The replay with the firmware's state moved on. */
export function setFirmware(replay: SpaprReplay, controller: SpaprState): void {
  replay.state = { ...replay.state, controllers: [controller] };
}

/** The function that stands in a slot and is plugged in. */
export function presentAt(replay: SpaprReplay, bdf: string): SpaprFunction | undefined {
  const found = replay.functions.get(bdf);
  return found !== undefined && isPresent(replay.state, found.index) ? found.source : undefined;
}

/** What the device tree says, which the model derives. */
function compareGiven({ record, tally, state, functions }: SpaprReplay): void {
  const [controller] = state.controllers;
  for (const { phb, totalMsi } of record.given.phbs) {
    const total = controller?.type === 'spapr' ? totalMsis(controller.space) : undefined;
    tally.compare(undefined, `given.phbs[${phb}].totalMsi`, totalMsi, total);
  }
  for (const { bdf, msi = 0, msix = 0 } of record.given.requests) {
    const source = functions.get(bdf)?.source;
    tally.compare(undefined, `given.requests ${bdf} msi`, msi, source && requestedMessages(source));
    tally.compare(undefined, `given.requests ${bdf}`, Math.max(msi, msix), source && largestRequest(source));
  }
  for (const { bdf, phb, configAddress: recorded } of record.functions) {
    const predicted = configAddress({ segment: phb, requesterId: requesterIdOf(bdf) });
    tally.compare(undefined, `${bdf}.configAddress`, recorded, `0x${predicted.toString(16)}`);
  }
}

function compareClaimed(replay: SpaprReplay, step: SpaprStep): void {
  const { claimed } = step.observed;
  if (!Array.isArray(claimed)) return;
  const expected = claimed.filter(isObject).map(({ from, to, kind }) => `${kind} ${from}..${to}`);
  const got = claimedSources(firmware(replay).space).map(({ kind, run }) => `${kind} ${runText(run)}`);
  replay.tally.compareLists(step.n, 'claimed', expected, got);
}

function pluggedFirst(record: SpaprRecord, bdf: string): SpaprFunction | undefined {
  for (const { function: source } of record.steps.map((step) => step.do)) {
    if (typeof source === 'object' && source.bdf === bdf) return source;
  }
  return undefined;
}
