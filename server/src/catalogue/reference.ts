/** docs/catalogue.md: every device type with its numbers, what its driver asks for, and where both come from. */
import type { PciKind } from '../model/machine.ts';
import { table } from '../schema/reference.ts';
import type { Count, DeviceType } from './device-type.ts';
import { deviceTypes } from './index.ts';

/** The page as markdown. */
export function cataloguePage(): string {
  return `${[
    '<!-- Made by `npm run generate` from server/src/catalogue. Edit the tables there. -->',
    '# Device types',
    'What may stand behind the colon of an endpoint, port or bridge. A type brings its capabilities and what its driver in Linux asks for when it probes; each property of the block, and the set of its `request`s, replaces its own. Types of your own are made with [`device-type`](reference.md#device-type).',
    'Where a number depends on the machine type, that is `machine-type`, else the newest of `vmm`; without a VMM it is the newest.',
    ...SECTIONS.flatMap(([kind, title]) => [`## ${title}`, rows(deviceTypes(kind))]),
  ].join('\n\n')}\n`;
}

const SECTIONS: readonly (readonly [PciKind, string])[] = [
  ['endpoint', 'endpoint'],
  ['root-port', 'root-port'],
  ['switch', 'switch'],
  ['downstream-port', 'downstream-port'],
  ['pcie-pci-bridge', 'pcie-pci-bridge'],
  ['pci-bridge', 'pci-bridge'],
  ['expander', 'expander'],
];

const rows = (types: readonly DeviceType[]): string =>
  table(['type', 'PCI ID', 'MSI', 'MSI-X', 'its driver asks for', 'bus', 'what it is'], types.map(row));

const row = (type: DeviceType): readonly string[] => [
  `\`${type.name}\``,
  type.pciId ?? '',
  type.msi === 0 ? '' : `${type.msi}${type.msiMaskable ? ', maskable' : ''}${type.msi64bit ? '' : ', 32-bit'}`,
  countText(type.msix),
  type.planText,
  `${type.interface === 'either' ? '' : `${type.interface}`}${type.hotpluggable ? '' : ' no hot-plug'}`.trim(),
  `${type.doc}${extras(type)}<br><sub>${type.source}</sub>`,
];

function extras({ queues, sriov, bridge }: DeviceType): string {
  const notes = [
    ...(queues === undefined ? [] : [`queues: ${countText(queues)}`]),
    ...(sriov === undefined ? [] : [`VFs: ${sriov.totalVfs}, offset ${sriov.offset}, stride ${sriov.stride}`]),
    ...(bridge === undefined || bridge.aerMessage === 0 ? [] : [`AER message: ${bridge.aerMessage}`]),
    ...(bridge === undefined || bridge.alias === 'none' ? [] : [`alias: \`${bridge.alias}\``]),
  ];
  return notes.map((note) => `<br>${note}`).join('');
}

const countText = (count: Count): string => (typeof count === 'number' ? (count === 0 ? '' : `${count}`) : count.text);
