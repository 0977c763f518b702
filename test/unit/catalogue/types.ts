/** Types of the catalogue, and contexts to ask them in. */
import { countOf, type DeviceType, deviceType, type TypeContext } from '../../../server/src/catalogue/index.ts';
import type { Capabilities } from '../../../server/src/model/machine.ts';

export const machine = (cpus: number, more: Partial<TypeContext> = {}): TypeContext => ({
  rules: '7.2',
  vmm: { major: 10, minor: 0 },
  machineType: undefined,
  cpus,
  possibleCpus: cpus,
  queues: undefined,
  hotplug: undefined,
  ...more,
});
export const virt = (major: number, minor: number): Partial<TypeContext> => ({
  machineType: { family: 'virt', version: { major, minor } },
});

export function type(name: string): DeviceType {
  const found = deviceType(name);
  if (found === undefined) throw new Error(`no ${name} in the catalogue`);
  return found;
}
export function capabilities(name: string, context = machine(1)): Capabilities {
  const { msi, msiMaskable, msi64bit, msix, intx } = type(name);
  return { msi, msiMaskable, msi64bit, msix: countOf(msix, context), intx, ims: 0 };
}
export const msix = (name: string, context = machine(1)) => capabilities(name, context).msix;
