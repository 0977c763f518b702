/** `scenario` and its steps; `expect` stands in ./expect.ts. */
import { requestProperties } from './endpoints.ts';
import type { KindSchema, NameSchema, PropertySchema, Referable, StepKind } from './types.ts';
import {
  CPUS_MAX,
  FUNCTION_KINDS,
  is,
  keyword,
  MODES,
  MSI_INDEX_MAX,
  number,
  numberOrRange,
  optional,
  required,
  says,
} from './values.ts';

/** Process Address Space IDs have 20 bits: PCI Express 5.0 §6.20. */
const PASID_MAX = 0xfffff;

/** Functions that can come and go; VFs go with their physical function. */
const PLUGGABLE = FUNCTION_KINDS.filter((kind) => kind !== 'vf');
/** Functions with a driver that can be made to call by hand. */
const CALLERS: readonly Referable[] = FUNCTION_KINDS;
const ASSIGNABLE: readonly Referable[] = ['endpoint', 'vf'];

const mode = keyword(...MODES);
const vector = required(
  'vector',
  numberOrRange(0, MSI_INDEX_MAX),
  'The vectors, as `pci_irq_vector` counts them: entries of the MSI-X table, messages of MSI, 0 for the INTx line. `n` or `a..b`.',
);
const entry = required('entry', numberOrRange(0, MSI_INDEX_MAX), 'The table entries: `n` or `a..b`.');
const pasid = optional(
  'pasid',
  number(0, PASID_MAX),
  says('none'),
  'The PASID, where the vector belongs to an IMS entry.',
);
const dynamicProperties: readonly PropertySchema[] = [
  optional('mode', mode, is('msix'), '`msix` or `ims`.'),
  optional(
    'index',
    number(0, MSI_INDEX_MAX),
    says('the lowest ones that are free, or of `free` those that came last'),
    'The first table entry. One that is in use is EBUSY, one beyond the table ERANGE.',
    {
      source: 'Linux drivers/pci/msi/api.c: pci_msix_alloc_irq_at',
    },
  ),
  optional('count', number(1, MSI_INDEX_MAX), is(1), 'How many, one call each.'),
];

interface StepSchema {
  readonly doc: string;
  readonly example: string;
  /** What it refers to; absent: it stands alone. */
  readonly to?: readonly Referable[];
  readonly properties?: readonly PropertySchema[];
}

function step(word: StepKind, { doc, example, to, properties = [] }: StepSchema): KindSchema {
  const name: NameSchema = to === undefined ? { role: 'anonymous' } : { role: 'refers', to, required: true };
  return {
    word,
    doc,
    example: `scenario "example" {\n  ${example}\n}`,
    parents: ['scenario'],
    name,
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties,
  };
}

export const scenarioKinds: readonly KindSchema[] = [
  {
    word: 'scenario',
    doc: 'What happens over time. Its steps run in order on the machine as declared; `boot` comes first, and is implied. A failed step does not end the scenario, and an `expect` that asks for the failure makes it what the author wanted.',
    example: 'scenario "one disk too many" {\n  boot\n  plug late[0]\n  expect late[0] { error = ENOSPC }\n}',
    parents: ['top'],
    name: { role: 'declares', scope: 'scenarios', required: true, count: false },
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties: [],
  },
  step('boot', {
    doc: 'Enumerates the buses, lets ports and bridges take their vectors, probes all functions in bus order, then starts the VMs with `autostart`.',
    example: 'boot',
  }),
  step('plug', {
    doc: 'Plugs in a function that is absent, or a bridge with all below it: it is scanned and its driver probes.',
    example: 'plug late[0]',
    to: PLUGGABLE,
  }),
  step('unplug', {
    doc: 'Removes the driver, then the function; a bridge goes with all below it, the last function first. Functions present at boot may be unplugged, too.',
    example: 'unplug nic0',
    to: PLUGGABLE,
  }),
  step('probe', { doc: 'Binds the driver, which makes its requests.', example: 'probe nic0', to: FUNCTION_KINDS }),
  step('remove', {
    doc: 'Unbinds the driver: its handlers go, then its vectors, then the interrupt domain of the function.',
    example: 'remove nic0',
    to: FUNCTION_KINDS,
  }),
  step('enable', {
    doc: "Calls `pci_alloc_irq_vectors` for a bound function. Without a body it is the function's own request, without installing handlers.",
    example: 'enable nic0 { mode = msix; vectors = 1..4 }',
    to: CALLERS,
    properties: [
      optional('mode', mode, says("that of the function's own request"), 'The type of interrupt asked for first.'),
      ...requestProperties.map((property) =>
        property.key === 'vectors'
          ? { ...property, requiredFor: [], default: says("as the function's own request") }
          : property,
      ),
    ],
  }),
  step('disable', {
    doc: 'Calls `pci_free_irq_vectors`. Handlers that are still installed are a finding.',
    example: 'disable nic0',
    to: CALLERS,
  }),
  step('allocate', {
    doc: 'Allocates single MSI-X or IMS entries after enabling (`pci_msix_alloc_irq_at`). Only x86 can, from Linux 6.2 on; elsewhere it is ENOTSUPP.',
    example: 'allocate nic0 { index = 5 }',
    to: CALLERS,
    properties: dynamicProperties,
  }),
  step('free', {
    doc: 'Frees single entries that `allocate` took; the others stay.',
    example: 'free nic0 { index = 5 }',
    to: CALLERS,
    properties: dynamicProperties,
  }),
  step('request-irq', {
    doc: 'Installs a handler on an allocated vector. On x86 this, and not the allocation, takes the CPU vector, and can fail with ENOSPC.',
    example: 'request-irq nic0 { vector = 0..3; cpu = 1 }',
    to: CALLERS,
    properties: [vector, optional('cpu', number(0, CPUS_MAX - 1), says('any'), 'The CPU it is bound to.'), pasid],
  }),
  step('free-irq', {
    doc: 'Removes the handler. The ITS unmaps the event (DISCARD) and keeps it for the next handler.',
    example: 'free-irq nic0 { vector = 2 }',
    to: CALLERS,
    properties: [vector],
  }),
  step('mask', {
    doc: 'The guest to which the function is assigned masks entries.',
    example: 'mask nic0 { entry = 0 }',
    to: ASSIGNABLE,
    properties: [entry],
  }),
  step('unmask', {
    doc: 'The guest to which the function is assigned unmasks entries; the host allocates or requests what that needs.',
    example: 'unmask nic0 { entry = 0..7 }',
    to: ASSIGNABLE,
    properties: [entry],
  }),
  step('set-pasid', {
    doc: 'Binds an IMS entry to a PASID.',
    example: 'set-pasid nic0 { entry = 2; pasid = 17 }',
    to: CALLERS,
    properties: [
      required('entry', number(0, MSI_INDEX_MAX), 'The IMS entry.'),
      required('pasid', number(0, PASID_MAX), 'The process address space, 20 bits.'),
    ],
  }),
  step('start', { doc: 'Starts a VM.', example: 'start guest', to: ['vm'] }),
  step('stop', { doc: 'Stops a VM; what the host held for it is freed.', example: 'stop guest', to: ['vm'] }),
  step('online', { doc: 'Brings a CPU online.', example: 'online cpu[3]', to: ['cpu'] }),
  step('offline', {
    doc: 'Takes a CPU offline. On x86 its vectors must find room elsewhere, or it is ENOSPC and nothing changes.',
    example: 'offline cpu[3]',
    to: ['cpu'],
  }),
  {
    ...step('snapshot', {
      doc: 'Names this moment, to be looked at and compared with others.',
      example: 'snapshot before',
    }),
    name: { role: 'declares', scope: 'snapshots', required: true, count: false },
  },
  step('migrate', {
    doc: 'Moves the state to the machine of another spec, in which the names of the steps that follow are looked up.',
    example: 'migrate { to = "target.irqtopo" }',
    properties: [
      required(
        'to',
        { is: 'string', form: 'a path, relative to this file' },
        'The other spec, as in `include`: relative to this file, with `/`.',
      ),
    ],
  }),
];
