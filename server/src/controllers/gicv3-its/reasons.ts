/** Why an ITS's numbers are what they are, one sentence per link; made only when somebody asks. */
import type { Its, RuleSet } from '../../model/machine.ts';
import type { Reason, VectorRun } from '../controller.ts';
import { ittBytes } from './itt.ts';
import type { IttSize } from './prepare.ts';
import type { ItsDevice } from './state.ts';

/** From the demand to the size of a new table and its LPIs. */
export function creationReasons(rules: RuleSet, its: Its, ittSize: IttSize, device: ItsDevice): Reason[] {
  const reasons: Reason[] = [countReason(rules, ittSize)];
  if (ittSize.aliasSum > 0) {
    reasons.push({
      text: `what is below the bridge offers ${ittSize.aliasSum} vectors together`,
      source: 'its_pci_msi_vec_count, irq-gic-v3-its-pci-msi.c',
    });
  }
  if (ittSize.minimum > 1) {
    reasons.push({ text: `DeviceID 0 gets at least ${ittSize.minimum}`, source: 'its_pci_msi_prepare' });
  }
  reasons.push({ text: `the next power of two is ${ittSize.rounded}`, source: 'its_pci_msi_prepare' });
  if (ittSize.vectors < ittSize.rounded) {
    reasons.push({
      text: `the ITS has ${its.eventIdBits} EventID bits, so ${ittSize.vectors}`,
      source: 'its_create_device',
    });
  }
  const bytes = ittBytes(its, device.ittEntries);
  reasons.push({
    text: `the table has ${device.ittEntries} entries, ${bytes} bytes`,
    source: 'its_create_device, irq-gic-v3-its.c',
  });
  const short = device.lpiCount < device.lpisRequested ? `, as there is no free range of ${device.lpisRequested}` : '';
  const range = runText(device.lpiBase, device.lpiCount);
  reasons.push({
    text: `${lpis(device.lpiCount)} reserved: ${range}${short}`,
    source: 'its_lpi_alloc, irq-gic-v3-its.c',
  });
  return reasons;
}

/** A DeviceID that has its table already. */
export function reuseReasons(device: ItsDevice): Reason[] {
  const { deviceId, ittEntries, lpiBase, lpiCount } = device;
  return [
    {
      text: `DeviceID 0x${deviceId.toString(16).padStart(4, '0')} has a table of ${ittEntries} entries and ${lpis(lpiCount)}, ${runText(lpiBase, lpiCount)}, already; it is used as it is`,
      source: 'its_msi_prepare, irq-gic-v3-its.c',
    },
  ];
}

/** Which events of the table were free. `lpiBase`: the LPI of event 0. */
export function eventReasons(lpiCount: number, runs: readonly VectorRun[], lpiBase: number): Reason[] {
  return runs.map(({ data, count }) => ({
    text: `${count === 1 ? 'event' : 'events'} ${runText(data, count)} of ${lpiCount} ${count === 1 ? 'is LPI' : 'are LPIs'} ${runText(lpiBase + data, count)}`,
    source: 'its_alloc_device_irq, irq-gic-v3-its.c',
  }));
}

function countReason(rules: RuleSet, { counted, countedBy }: IttSize): Reason {
  switch (countedBy) {
    case 'request':
      return { text: `${counted} asked for`, source: `its_pci_msi_prepare, ${rules}: the request counts` };
    case 'table':
      return {
        text: `the MSI-X table has ${counted}`,
        source: `its_pci_msi_prepare, ${rules}: what it offers counts, not the request`,
      };
    case 'messages':
      return {
        text: `the MSI capability has ${counted}`,
        source: `its_pci_msi_prepare, ${rules}: what it offers counts, not the request`,
      };
  }
}

function lpis(count: number): string {
  return count === 1 ? '1 LPI' : `${count} LPIs`;
}

function runText(first: number, count: number): string {
  return count === 1 ? `${first}` : `${first}..${first + count - 1}`;
}
