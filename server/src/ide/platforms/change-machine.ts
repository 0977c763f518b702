/** The `machine` block on another platform. */
import { takeOutOf } from '../../fixes/moved-text.ts';
import { driverSince } from '../../model/message-drivers.ts';
import { compareVersions, writeVersion } from '../../model/versions.ts';
import { insertBeside, propertyIn, setProperty } from '../../syntax/edits.ts';
import type { TextEdit, Tree } from '../../syntax/tree.ts';
import { isBlock, located } from '../../syntax/walk.ts';
import { type ChangeStep, topBlocks } from './change.ts';

/** A kernel that has the controller's driver. */
export const raiseKernel: ChangeStep = (tree, { to, machine }) => {
  const firstLinux = driverSince(to);
  if (firstLinux === undefined || compareVersions(machine.os, firstLinux) >= 0) return undefined;
  const os = `linux-${writeVersion(firstLinux)}`;
  return {
    edits: setInMachine(tree, 'os', os),
    said: `os = ${os} instead of linux-${writeVersion(machine.os)}: the first one with ${to.type}`,
  };
};

/** The machine type of the same version, so that the device types keep their vector counts. */
export const replaceMachineType: ChangeStep = (tree, { to, machine, isSameFamily }) => {
  const [block] = topBlocks(tree, 'machine');
  const isWritten = block !== undefined && propertyIn(block, 'machine-type') !== undefined;
  const ofController = topBlocks(tree, 'interrupt-controller').some((one) => propertyIn(one, 'machine-version'));
  const { machineType } = machine;
  if (machineType === undefined || isSameFamily || !(isWritten || ofController)) return undefined;
  if (to.machineFamilies.includes(machineType.family)) return undefined;
  const version = writeVersion(machineType.version);
  const type = `${to.machineFamilies[0]}-${version}`;
  return {
    edits: setInMachine(tree, 'machine-type', type),
    said: `machine-type = ${type} instead of ${machineType.family}-${version}`,
  };
};

/** A firmware that the platform does not have. */
export const dropFirmware: ChangeStep = (tree, { to }) => {
  const [block] = topBlocks(tree, 'machine');
  const firmware = block && propertyIn(block, 'firmware');
  if (block === undefined || firmware === undefined || to.firmware === undefined) return undefined;
  const { value } = firmware.node;
  if (value.is === 'word' && value.text === to.firmware) return undefined;
  return { edits: takeOutOf(tree, block, [firmware]), said: `firmware left out: ${to.type} has ${to.firmware} alone` };
};

/** CPUs that only an x86-apic tells of: queue counts follow them on every platform. */
export const keepCpus: ChangeStep = (tree, { to, machine }) => {
  const [block] = topBlocks(tree, 'machine');
  const isWritten = block !== undefined && propertyIn(block, 'cpus') !== undefined;
  const ofController = topBlocks(tree, 'interrupt-controller').some((one) => propertyIn(one, 'cpus'));
  if (isWritten || !ofController || to.type === 'x86-apic') return undefined;
  return {
    edits: setInMachine(tree, 'cpus', String(machine.cpus)),
    said: `cpus = ${machine.cpus} is the machine's now`,
  };
};

/** A property of the `machine` block, which is made where there is none. */
function setInMachine(tree: Tree, key: string, value: string): readonly TextEdit[] {
  const [block] = topBlocks(tree, 'machine');
  if (block !== undefined) return setProperty(tree, block, key, value);
  const [first] = [...located(tree.root, 0)].filter(isBlock);
  return first === undefined ? [] : insertBeside(tree, first, `machine { ${key} = ${value} }\n`, 'before');
}
