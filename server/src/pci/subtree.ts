/** What comes and goes together. */
import type { FunctionIndex, Topology } from './topology.ts';

/** `fn` with what is physically there once it is plugged: its VFs and all below it but further `hotplug` functions. */
export function comesWith(topology: Topology, fn: FunctionIndex): readonly FunctionIndex[] {
  const all: FunctionIndex[] = [];
  const add = (index: FunctionIndex) => {
    const part = topology.functions[index];
    if (part === undefined) return;
    all.push(index, ...part.vfs);
    for (const child of part.children) {
      if (topology.functions[child]?.node.hotplug === false) add(child);
    }
  };
  add(fn);
  return all;
}
