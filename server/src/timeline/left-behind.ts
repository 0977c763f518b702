/** Events that stay taken although no function holds them: what freed blocks of MSI messages leave behind. */
import { size, within } from '../base/intervals.ts';
import { isPowerOfTwo, roundUpToPowerOfTwo } from '../base/powers.ts';
import { type ItsDevice, itsDevice } from '../controllers/gicv3-its/index.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
import type { StepResult } from './run.ts';
import { countVectors, functionState, type MachineState } from './state.ts';

/** What one step left behind in the table of one function. */
export interface LeftBehind {
  readonly fn: FunctionIndex;
  readonly events: number;
  /** The table after the step. */
  readonly device: ItsDevice;
}

/**
 * What a step left behind, by function. Only a block of several MSI messages, no power of two, leaves anything, so only
 * functions that held one are looked at.
 */
export function leftBehindBy(before: MachineState, { step, state }: StepResult): readonly LeftBehind[] {
  if (step === undefined || !('subjects' in step) || !FREEING.has(step.op) || step.subjects === 'machine') return [];
  const left: LeftBehind[] = [];
  for (const { node, numbers } of step.subjects) {
    for (const number of numbers) {
      const fn = state.topology.byNode.get(node)?.[number];
      for (const gone of fn === undefined ? [] : [fn, ...below(state.topology, fn)]) {
        const found = leftBehindOf(before, state, gone);
        if (found !== undefined) left.push(found);
      }
    }
  }
  return left;
}

function leftBehindOf(before: MachineState, after: MachineState, fn: FunctionIndex): LeftBehind | undefined {
  const { mode, requester, vectors } = functionState(before, fn);
  const count = countVectors(vectors);
  if (mode !== 'msi' || requester === undefined || isPowerOfTwo(count)) return undefined;
  if (functionState(after, fn).vectors.length > 0) return undefined;
  const own = after.controllers[requester.controller];
  const device = own?.type === 'gicv3' ? itsDevice(own, requester.its, requester.deviceId) : undefined;
  if (device === undefined) return undefined;
  const first = vectors[0]?.data ?? 0;
  const events = size(within(device.used, first + count, first + roundUpToPowerOfTwo(count) - 1));
  return events === 0 ? undefined : { fn, events, device };
}

/** The functions below a bridge, and VFs, which go with what they hang on. */
function below({ functions }: Pick<Topology, 'functions'>, fn: FunctionIndex): readonly FunctionIndex[] {
  const at = functions[fn];
  return at === undefined
    ? []
    : [...at.vfs, ...at.children].flatMap((child) => [child, ...below({ functions }, child)]);
}

const FREEING: ReadonlySet<string> = new Set(['remove', 'unplug', 'disable']);
