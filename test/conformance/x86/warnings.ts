/** The kernel messages of a step: those of the controller, and those of the PCI layer's checks. */
import type { Effect } from '../../../server/src/controllers/effect.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { affinityVectors } from '../../../server/src/timeline/affinity.ts';
import type { Allocation, VectorRequest } from '../../../server/src/timeline/allocate.ts';
import { functionState, type MachineState } from '../../../server/src/timeline/state.ts';
import { isObject } from '../commands.ts';
import type { X86Step } from './record.ts';
import type { X86Replay } from './replay.ts';

/** Compares the kinds of message; how often a step printed one was not recorded. */
export function compareWarnings(replay: X86Replay, step: X86Step, got: readonly string[]): void {
  const expected = (step.observed.warnings ?? []).map(warningText);
  replay.tally.compareLists(step.n, 'warnings', [...new Set(expected)].sort(), [...new Set(got)].sort());
}

/** Messages of the interrupt controller. */
export function effectWarnings(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.does !== 'warn') return [];
    const { warning } = effect;
    // The message that is printed when promises pass what is left names no numbers.
    return [warning.code === 'reservation-exceeds-available' ? warning.code : warningText(warning)];
  });
}

/**
 * Messages of __pci_enable_msix_range and __pci_enable_msi_range for a call made in state `before`. The kernel's own bug reports
 * (WARN_ON_ONCE) come once per boot and place.
 */
export function callWarnings(
  replay: X86Replay,
  before: MachineState,
  fn: FunctionIndex,
  request: VectorRequest,
  allocation: Allocation,
): string[] {
  const warnings: string[] = [];
  const { mode } = functionState(before, fn);
  const node = before.topology.functions[fn]?.node;
  const { rules, kernelOptions } = before.topology.machine;
  const once = (place: string): void => {
    if (!replay.told.has(place)) warnings.push('kernel-warning');
    replay.told.add(place);
  };
  const orderly = request.max >= request.min;
  if (request.modes.includes('msix') && orderly) {
    if (mode === 'msi') warnings.push('other-mode-enabled');
    else if (mode === 'msix') once('MSI-X twice');
    else if (rules !== '6.1' && setUpFailed(before, fn, request, allocation)) once('iounmap');
  }
  const triesMsi = request.modes.includes('msi') && allocation.mode !== 'msix' && kernelOptions.msi && request.min > 0;
  const atMsi = request.modes.includes('msi') && (allocation.errno !== undefined || allocation.state === before);
  if ((triesMsi || atMsi) && mode === 'msix') warnings.push('other-mode-enabled');
  else if (triesMsi && orderly && mode === 'msi') once('MSI twice');
  if (rules === '6.1' && node?.remapped === false && allocation.errno === 'ENODEV') once('no MSI domain');
  return warnings;
}

/**
 * Whether some attempt to set MSI-X up came as far as mapping the table and failed: 6.12 then unmaps it twice, which x86's iounmap
 * reports.
 */
function setUpFailed(before: MachineState, fn: FunctionIndex, request: VectorRequest, allocation: Allocation): boolean {
  const { machine, functions } = before.topology;
  const node = functions[fn]?.node;
  const table = node?.capabilities.msix ?? 0;
  if (!machine.kernelOptions.msi || node?.remapped === false || table === 0 || table < request.min || request.max < 1)
    return false;
  const most = Math.min(request.max, table);
  const { affinity } = request;
  const wanted = affinity === undefined ? most : affinityVectors(affinity, machine.possibleCpus, request.min, most);
  if (wanted < request.min || wanted === 0) return false;
  return allocation.mode !== 'msix' || allocation.granted < wanted;
}

function warningText(warning: unknown): string {
  if (!isObject(warning)) return String(warning);
  const { code, ...facts } = warning;
  const parts = Object.entries(facts).map(([name, value]) => ` ${name} ${String(value)}`);
  return `${String(code)}${parts.sort().join('')}`;
}
