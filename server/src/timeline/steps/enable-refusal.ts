/**
 * Why a call of pci_alloc_irq_vectors failed before any controller was asked: what the function lacks, in the order in which a
 * reader would look. What controllers lack is told by the rules about them.
 */
import type { Failure } from '../../base/result.ts';
import type { Capabilities, MsiMode, Request } from '../../model/machine.ts';
import { msiAllowed } from '../../pci/msi-map.ts';
import type { Call } from '../run.ts';
import type { MachineState } from '../state.ts';
import { nameOf } from './subjects.ts';

/** A sentence and the rule that explains it. */
export interface CallRefusal {
  readonly message: string;
  readonly rule?: string;
}

/** Undefined where a controller refused, or the request itself is a finding already: no vectors, or a minimum above the maximum. */
export function refusalOf(state: MachineState, { fn, request, errno, requester }: Call): CallRefusal | undefined {
  const node = state.topology.functions[fn]?.node;
  if (node === undefined || errno === undefined || request.max === 0 || request.min > request.max) return undefined;
  const name = nameOf(state, fn);
  const { capabilities } = node;
  const kinds = [request.mode, ...request.fallback].filter((mode) => mode === 'msix' || mode === 'msi');
  if (kinds.length === 0) return lineRefusal(name, capabilities, request, errno);
  if (!msiAllowed(state.topology, fn).allowed) {
    return {
      message: `MSI is disabled above ${name}: the call fails with -${errno}`,
      rule: 'msi-blocked-by-no-msi-bus',
    };
  }
  const offered = kinds.filter((mode) => capabilities[mode] > 0);
  if (offered.length === 0) {
    return {
      message: `${name} ${hasNo(capabilities, kinds)}: the call fails with -${errno}`,
      rule: 'no-msi-capability',
    };
  }
  if (offered.every((mode) => capabilities[mode] < request.min)) {
    const most = offered.map((mode) => `${capabilities[mode]} of ${nameOfMode(mode)}`).join(' and ');
    return {
      message: `At least ${request.min} vectors are asked for, ${name} offers ${most}: the call fails with -${errno}`,
      rule: 'request-exceeds-table',
    };
  }
  const beyond = request.entries?.find((entry) => entry >= capabilities.msix);
  if (beyond !== undefined && capabilities.msix > 0) {
    return {
      message: `${name} has no entry ${beyond}, its MSI-X table ends at ${capabilities.msix - 1}: the call fails with -${errno}`,
      rule: 'request-exceeds-table',
    };
  }
  const wrong = contradiction(request);
  if (wrong !== undefined) return { message: `${name}: ${wrong}: the call fails with -${errno}` };
  if (requester !== undefined) return undefined;
  return { message: `${name}: the call fails with -${errno}, before any controller is asked` };
}

function lineRefusal(name: string, { intx }: Capabilities, { min }: Request, errno: Failure): CallRefusal {
  if (!intx) return { message: `${name} has no INTx line: the call fails with -${errno}`, rule: 'no-msi-capability' };
  const message = `${name} is asked for ${min} vectors of its one INTx line: the call fails with -${errno}`;
  return { message, rule: 'intx-fallback-not-allowed' };
}

function contradiction({ affinity, pre, post, min, entries }: Request): string | undefined {
  if (affinity === 'managed' && pre + post > min) {
    return `\`pre\` and \`post\` alone are ${pre + post} vectors, and the minimum is ${min}`;
  }
  return entries !== undefined && new Set(entries).size < entries.length
    ? 'an entry stands in the list twice'
    : undefined;
}

const nameOfMode = (mode: MsiMode): string => (mode === 'msix' ? 'MSI-X' : mode.toUpperCase());

function hasNo({ msi, msix }: Capabilities, asked: readonly MsiMode[]): string {
  if (msi === 0 && msix === 0) return 'has neither MSI nor MSI-X';
  return asked.includes('msi') ? 'has no MSI, only MSI-X' : 'has no MSI-X, only MSI';
}
