/** Where a plugged function goes. */
import { type FunctionIndex, NOWHERE, type PciFunction, type Topology } from '../../server/src/pci/topology.ts';
import { isPresent } from '../../server/src/timeline/state.ts';
import type { RecordedFunction } from './record.ts';
import type { Replay } from './replay.ts';
import { addressAt } from './to-machine.ts';

/**
 * The function that step `n` plugs. The first one declared for an address stands there; another one that is plugged into
 * the same slot later, which no spec can declare at once, is given the place now.
 */
export function functionAt(replay: Replay, n: number, source: RecordedFunction): FunctionIndex | undefined {
  const node = replay.declared.plugged.get(n);
  const { topology } = replay.state;
  const index = node === undefined ? undefined : topology.byNode.get(node)?.[0];
  const fn = index === undefined ? undefined : topology.functions[index];
  if (fn === undefined) return undefined;
  if (fn.rootBus !== NOWHERE) return fn.index;
  const parent = replay.functions.get(source.parent)?.index;
  const above = parent === undefined ? undefined : topology.functions[parent];
  if (above === undefined) return undefined;
  const { device, function: number } = addressAt(source.at);
  const placed = { ...fn, parent: above.index, rootBus: above.rootBus, device, function: number };
  replay.state = { ...replay.state, topology: moved(topology, placed, (other) => !isPresent(replay.state, other)) };
  return fn.index;
}

/** The topology with a function at its place below its parent, and the absent ones that stood there gone from it. */
function moved(topology: Topology, fn: PciFunction, isAbsent: (fn: FunctionIndex) => boolean): Topology {
  const functions = [...topology.functions];
  functions[fn.index] = fn;
  const parent = fn.parent === undefined ? undefined : functions[fn.parent];
  if (parent === undefined) return topology;
  const devfn = (index: FunctionIndex) => (functions[index]?.device ?? 0) * 8 + (functions[index]?.function ?? 0);
  const others = parent.children.filter((child) => !(devfn(child) === devfn(fn.index) && isAbsent(child)));
  const children = [...others, fn.index].sort((a, b) => devfn(a) - devfn(b));
  functions[parent.index] = { ...parent, children };
  return { ...topology, functions };
}
