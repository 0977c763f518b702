/** `endpoint`, `device-type`, `vf` and `request`. */
import { capabilityProperties, slotProperties } from './bridges.ts';
import { dmaAliasProperty } from './host-bridge.ts';
import type { KindSchema, PropertySchema } from './types.ts';
import {
  anyOf,
  boolean,
  is,
  keyword,
  list,
  MODES,
  MSI_INDEX_MAX,
  number,
  numberOrRange,
  optional,
  says,
  word,
} from './values.ts';

/** TotalVFs, First VF Offset and VF Stride have 16 bits in the SR-IOV capability. */
const SRIOV_MAX = 0xffff;
/** `IRQ_AFFINITY_MAX_SETS`, include/linux/interrupt.h. */
const AFFINITY_SETS_MAX = 4;

const functionProperties: readonly PropertySchema[] = [
  ...capabilityProperties,
  optional(
    'intx',
    boolean,
    says("the type's, else `true`", true),
    'It has an interrupt pin, to which a request can fall back.',
  ),
  optional(
    'ims',
    anyOf(
      number(0, MSI_INDEX_MAX),
      keyword(word('unlimited', 'The entries are in queue memory: no table, indexes up to 65535.')),
    ),
    says("the type's, else none"),
    'Entries of interrupt message storage. Linux has had it from 6.2 to 6.9 only.',
    { source: 'Linux 6.2 drivers/pci/msi/irqdomain.c: pci_create_ims_domain; reverted in 6.10' },
  ),
  optional(
    'vfs',
    number(0, SRIOV_MAX),
    says("the type's, else the number of `vf`s"),
    'TotalVFs: how many virtual functions the function can have.',
    {
      source: 'Linux drivers/pci/iov.c',
    },
  ),
  optional(
    'vf-offset',
    number(0, SRIOV_MAX),
    says("the type's, else `1`", 1),
    'First VF Offset: the distance of VF 0 from the requester ID of its physical function.',
    {
      source: 'Linux drivers/pci/iov.c: pci_iov_virtfn_devfn',
    },
  ),
  optional(
    'vf-stride',
    number(0, SRIOV_MAX),
    says("the type's, else `1`", 1),
    'VF Stride: the distance between requester IDs of neighbouring VFs. They may run over into the next buses.',
    {
      source: 'Linux drivers/pci/iov.c: pci_iov_virtfn_bus',
    },
  ),
  optional(
    'queues',
    number(0, MSI_INDEX_MAX),
    says("the type's, often `cpus`"),
    'Queues (or queue pairs) of types whose vector count follows them, such as the virtio family.',
  ),
  optional(
    'interface',
    keyword(
      word('pcie', 'PCI Express only: not on the bus of a conventional bridge.'),
      word('conventional', 'Conventional PCI.'),
      word('either', 'Wherever it is put.'),
    ),
    says("the type's, else `either`", 'either'),
    'On which buses it may sit.',
  ),
  dmaAliasProperty,
  ...slotProperties,
];

const callProperties: readonly PropertySchema[] = [
  optional(
    'vectors',
    { is: 'anyOf', types: [number(0, MSI_INDEX_MAX), { is: 'range', of: number(0, MSI_INDEX_MAX), descending: true }] },
    says('`1` for `intx`, else required'),
    'How many: `min..max`, or `n` for exactly n. Less than the minimum is ENOSPC, or the next type that `fallback` allows.',
    { source: 'Linux drivers/pci/msi/api.c: pci_alloc_irq_vectors_affinity', requiredFor: ['msix', 'msi', 'ims'] },
  ),
  optional(
    'fallback',
    anyOf(
      keyword(word('msi', 'Then MSI.'), word('intx', 'Then the pin, when the minimum is 1.')),
      list(keyword(word('msi', 'Then MSI.'), word('intx', 'Then the pin, when the minimum is 1.'))),
    ),
    says('`[]`'),
    'What else the call allows; it is tried in the order MSI, INTx, whatever the order here. INTx needs a minimum of 1.',
    { source: 'Linux drivers/pci/msi/api.c: pci_alloc_irq_vectors_affinity' },
  ),
  optional(
    'affinity',
    keyword(
      word('spread', 'Vectors go where there is room; each may be moved.'),
      word('managed', 'Queue vectors are held on every CPU of their mask from allocation on (PCI_IRQ_AFFINITY).'),
    ),
    is('spread'),
    'How the vectors relate to CPUs. `managed` asks for no more queue vectors than there are possible CPUs.',
    { source: 'Linux kernel/irq/affinity.c: irq_calc_affinity_vectors' },
  ),
  optional(
    'pre',
    number(0, MSI_INDEX_MAX),
    is(0),
    'Vectors before those that are spread, as for an admin queue. `pre` + `post` above the minimum is ENOSPC.',
    {
      source: 'Linux include/linux/interrupt.h: struct irq_affinity',
    },
  ),
  optional('post', number(0, MSI_INDEX_MAX), is(0), 'Vectors after those that are spread.', {
    source: 'Linux include/linux/interrupt.h: struct irq_affinity',
  }),
  optional('sets', number(1, AFFINITY_SETS_MAX), is(1), 'Affinity sets: each is spread over all CPUs on its own.', {
    source: 'Linux include/linux/interrupt.h: IRQ_AFFINITY_MAX_SETS',
  }),
  optional(
    'entries',
    list(numberOrRange(0, MSI_INDEX_MAX)),
    says('0, 1, 2 …'),
    'The entries of the MSI-X table, where they are not the first ones. pseries refuses gaps.',
    {
      source: 'Linux drivers/pci/msi/msi.c: pci_msix_validate_entries',
    },
  ),
  optional(
    'irqs',
    number(0, MSI_INDEX_MAX),
    says('all granted'),
    'How many interrupts the driver then requests. More than granted: it counts on spare messages that nothing backs.',
  ),
];

/** The body of a `request`, which `enable` in a scenario has, too. */
export const requestProperties = callProperties;

export const endpointKinds: readonly KindSchema[] = [
  {
    word: 'endpoint',
    doc: 'A PCI function that signals interrupts: a device, or one function of it. The type brings its capabilities and what its driver asks for; properties here replace them one by one. With `hotplug` it is absent at boot, its address kept free; at the top level, `hotplug endpoint spare[16] : T`, it still has no place.',
    example: 'endpoint nic0 : virtio-net-pci at 01.0 { queues = 4 }',
    parents: ['top', 'host-bridge', 'root-port', 'downstream-port', 'pcie-pci-bridge', 'pci-bridge'],
    alsoIn: ['expander', 'switch'],
    topLevelHotplugOnly: true,
    name: { role: 'declares', scope: 'names', required: false, count: true },
    type: { take: 'device-types', declared: true },
    takesAt: true,
    takesHotplug: true,
    properties: functionProperties,
  },
  {
    word: 'device-type',
    doc: 'A type of your own, for endpoints and VFs. Its type is the base it starts from; each property here, and the set of its `request`s, replaces that of the base.',
    example:
      'device-type fat-nic : e1000e {\n  msix = 64\n  request msix { vectors = 2..64 }\n}\nendpoint nic0 : fat-nic',
    parents: ['top'],
    name: { role: 'declares', scope: 'device-types', required: true, count: false },
    type: { take: 'device-types', declared: true },
    takesAt: false,
    takesHotplug: false,
    properties: functionProperties.filter((property) => property.key !== 'multifunction' && property.key !== 'spread'),
  },
  {
    word: 'vf',
    doc: 'The virtual functions enabled at boot (NumVFs): `vf v[8]` makes `v[0]` to `v[7]`. Their requester IDs follow from `vf-offset` and `vf-stride` of the endpoint; each has its own DeviceID and its own vectors.',
    example: 'endpoint pf : igb {\n  vf v[4] : igbvf\n}',
    parents: ['endpoint'],
    name: { role: 'declares', scope: 'names', required: false, count: true },
    type: { take: 'device-types', declared: true },
    takesAt: false,
    takesHotplug: false,
    properties: functionProperties.filter(
      (property) => !['vfs', 'vf-offset', 'vf-stride', 'multifunction', 'spread', 'interface'].includes(property.key),
    ),
  },
  {
    word: 'request',
    doc: 'What the driver asks for when it probes: one call of `pci_alloc_irq_vectors`. Several are made in order. Any one here replaces all that the type brings.',
    example: 'endpoint ssd { msix = 33; request msix { vectors = 2..9; affinity = managed; pre = 1 } }',
    parents: ['endpoint', 'vf', 'device-type'],
    name: { role: 'word', words: MODES },
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties: callProperties,
  },
];
