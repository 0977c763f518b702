/** Replays a record on the model and compares everything that was observed. */
import { busOf, requesterIdOf } from '../../server/src/pci/enumeration.ts';
import { placeMachine } from '../../server/src/pci/placement.ts';
import { type FunctionIndex, NOWHERE } from '../../server/src/pci/topology.ts';
import { boot } from '../../server/src/timeline/boot.ts';
import { newLog } from '../../server/src/timeline/log.ts';
import { changeFunction, functionState, isFound, type MachineState } from '../../server/src/timeline/state.ts';
import { predictedCommands, recordedCommand, recordedEffects } from './commands.ts';
import { operations } from './operations.ts';
import type { MachineRecord, RecordedFunction, RecordedStep } from './record.ts';
import { unsupported } from './record.ts';
import { isSpaprRecord } from './spapr/record.ts';
import { replaySpapr } from './spapr/replay.ts';
import { type Replayed, Tally } from './tally.ts';
import { type RecordedAsMachine, toMachine } from './to-machine.ts';
import { isX86Record } from './x86/record.ts';
import { replayX86 } from './x86/replay.ts';

/** A replay under way. Operations move `state` on and compare with `tally`. */
export interface Replay {
  readonly record: MachineRecord;
  readonly declared: RecordedAsMachine;
  readonly tally: Tally;
  state: MachineState;
  /** Which function an id means now, and what the record says of it. */
  readonly functions: Map<string, { index: FunctionIndex; source: RecordedFunction }>;
}

/** Runs every step; numbers after a step that cannot be replayed are compared all the same. */
export function replayRecord(record: MachineRecord): Replayed {
  if (isSpaprRecord(record)) return replaySpapr(record);
  if (isX86Record(record)) return replayX86(record);
  const tally = new Tally(record.id);
  const why = unsupported(record);
  if (why !== undefined) {
    tally.skip(undefined, why, true);
    return tally.result(0);
  }
  const declared = toMachine(record);
  const { topology } = placeMachine(declared.machine);
  const log = newLog();
  const replay: Replay = { record, declared, tally, state: boot(topology, log), functions: new Map() };
  for (const source of record.functions) {
    const node = declared.present.get(source.id);
    const index = node === undefined ? undefined : topology.byNode.get(node)?.[0];
    if (index !== undefined) replay.functions.set(source.id, { index, source });
  }
  for (const step of record.steps) {
    if (step.do.op === 'boot') {
      compareEffects(replay, step, predictedCommands(log.effects));
      compareEnumeration(replay);
      bindAtBoot(replay);
      continue;
    }
    const operate = operations[step.do.op];
    if (operate === undefined) tally.skip(step.n, `operation ${step.do.op} is not known`, allocates(step));
    else operate(replay, step);
  }
  return tally.result(record.steps.length);
}

/** Compares the commands of a step; those of a machine without ITS have none. */
export function compareEffects(replay: Replay, step: RecordedStep, predicted: readonly string[]): void {
  const recorded = recordedEffects(step.observed).map(recordedCommand);
  replay.tally.compareLists(step.n, 'effects', recorded, predicted);
}

/** The function with this id now; a step without one that exists is reported. */
export function subject(replay: Replay, step: RecordedStep): FunctionIndex | undefined {
  const found = step.do.fn === undefined ? undefined : replay.functions.get(step.do.fn);
  if (found === undefined) replay.tally.skip(step.n, `function ${step.do.fn} is not known`, allocates(step));
  return found?.index;
}

/** bus:device.function with its segment, as in `observed.bdf`; undefined when the kernel has not found it. */
export function bdf(state: MachineState, fn: FunctionIndex): string | undefined {
  const id = requesterIdOf(state.topology, state.enumeration, fn);
  if (id === undefined) return undefined;
  const hex = (n: number) => n.toString(16).padStart(2, '0');
  return `0000:${hex(id >> 8)}:${hex((id >> 3) & 31)}.${id & 7}`;
}

/** The secondary bus of a bridge that was found. */
export function secondaryBus(state: MachineState, fn: FunctionIndex): number | undefined {
  return state.enumeration.ranges.get(fn)?.secondary;
}

/** Binds a driver that takes no vector: `test`, or virtio-pci before its virtio driver is loaded. */
export function bindQuietly(replay: Replay, fn: FunctionIndex, driver: string | undefined): void {
  if (driver === undefined || !isFound(replay.state, fn)) return;
  if (functionState(replay.state, fn).driver !== undefined) return;
  replay.state = changeFunction(replay.state, fn, { driver });
}

/** Whether a step allocates vectors or frees them: then later numbers depend on it. */
export function allocates(step: RecordedStep): boolean {
  return recordedEffects(step.observed).length > 0 || 'result' in step.observed || 'vectors' in step.observed;
}

function compareEnumeration({ record, tally, state, functions }: Replay): void {
  for (const source of record.functions) {
    const index = functions.get(source.id)?.index;
    if (index === undefined || source.observed === undefined) continue;
    const { enumerated, bdf: expectedBdf, secondaryBus: expectedBus } = source.observed;
    const isPlaced = state.topology.functions[index]?.rootBus !== NOWHERE;
    if (enumerated === false)
      tally.compare(
        undefined,
        `${source.id}.enumerated`,
        false,
        isPlaced && busOf(state.enumeration, index) !== undefined,
      );
    if (expectedBdf !== undefined) tally.compare(undefined, `${source.id}.bdf`, expectedBdf, bdf(state, index));
    if (expectedBus !== undefined)
      tally.compare(undefined, `${source.id}.secondaryBus`, expectedBus, secondaryBus(state, index));
  }
}

function bindAtBoot(replay: Replay): void {
  for (const { index, source } of replay.functions.values()) {
    if (source.kind === 'endpoint' || source.kind === 'virtual-function') bindQuietly(replay, index, source.driver);
  }
}
