/** `host-bridge` and `msi-map`. */
import type { KindSchema, PropertySchema } from './types.ts';
import {
  address,
  anyOf,
  boolean,
  hexadecimal,
  is,
  keyword,
  list,
  MIB,
  number,
  optional,
  range,
  reference,
  required,
  says,
  word,
} from './values.ts';

/** A segment's ECAM: 1 MiB for each of 256 buses. */
const ECAM_BYTES_MAX = 256 * MIB;
/** DMAR units a kernel can drive: `DMAR_UNITS_SUPPORTED`, include/linux/dmar.h. */
const REMAPPING_UNIT_MAX = 1023;

/** A number, an address, or a range of either. */
const ids = (max: number) => anyOf(hexadecimal(0, max), address, range(anyOf(hexadecimal(0, max), address)));

export const msiBusProperty: PropertySchema = optional(
  'msi-bus',
  boolean,
  is(true),
  '`false`: no function below gets MSI or MSI-X; requests fail with EINVAL, or fall back to INTx.',
  { source: 'Linux PCI_BUS_FLAGS_NO_MSI, drivers/pci/msi/msi.c: pci_msi_supported' },
);

export const hostBridgeKinds: readonly KindSchema[] = [
  {
    word: 'host-bridge',
    doc: 'A PCI root: one segment with its configuration window, and the root bus. Functions directly on it are integrated and cannot be hot-plugged; root ports, bridges and expanders lead on to further buses.',
    example: 'host-bridge pcie0 {\n  ecam = 256MiB\n  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }\n}',
    parents: ['top'],
    name: { role: 'declares', scope: 'names', required: false, count: false },
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties: [
      optional(
        'segment',
        number(0, 0xffff),
        is(0),
        'The PCI domain: the first four digits of an address such as `0001:02:01.0`.',
      ),
      optional(
        'ecam',
        { is: 'size', minBytes: MIB, maxBytes: ECAM_BYTES_MAX },
        says('`256MiB`', ECAM_BYTES_MAX),
        'Size of the configuration window: 1 MiB for each bus. With `16MiB` there are buses 0 to 15; Linux still numbers the rest, and finds nothing there.',
        { source: 'Linux drivers/pci/ecam.c: pci_ecam_create; QEMU hw/arm/virt.c (`highmem-ecam`)' },
      ),
      optional(
        'bus-range',
        range(number(0, 255)),
        says('all buses of `ecam`'),
        'First and last bus number. One that is wider than the window shrinks to it, as the kernel would.',
        { source: 'Linux drivers/pci/ecam.c: pci_ecam_create' },
      ),
      optional(
        'msi-parent',
        reference('interrupt-controller', 'its'),
        says('the only controller or `its`'),
        'Where the MSIs of this root go; requester IDs become DeviceIDs unchanged. Needed where there are several and no `msi-map` chooses.',
        { source: 'Linux Documentation/devicetree/bindings/pci/pci-msi.txt' },
      ),
      optional(
        'msi-map-mask',
        hexadecimal(0, 0xffff),
        says('`0xffff`', 0xffff),
        'Laid over the requester ID before any `msi-map` is read. Masking bits away merges functions into one DeviceID.',
        { source: 'Linux drivers/of/base.c: of_map_id' },
      ),
      msiBusProperty,
      optional(
        'remapping-unit',
        anyOf(
          number(0, REMAPPING_UNIT_MAX),
          keyword(word('none', 'No unit has this root in its scope: with interrupt remapping, no MSI works below.')),
        ),
        is(0),
        'The DMAR unit (Intel) that remaps the interrupts of this root: roots with the same number share its table. ENODEV below a root that no unit has in its scope.',
        { source: 'Linux drivers/iommu/intel/irq_remapping.c: intel_irq_remapping_select' },
      ),
    ],
  },
  {
    word: 'msi-map',
    doc: 'One entry of the map from requester IDs to DeviceIDs of the ITS it names; used instead of `msi-parent`. The first entry that matches wins. A requester ID that matches none keeps its number.',
    example: 'host-bridge pcie0 {\n  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }\n}',
    parents: ['host-bridge'],
    name: { role: 'refers', to: ['its'], required: true },
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties: [
      required(
        'requester-ids',
        ids(0xffff),
        'The requester IDs of this entry, first..last, as numbers (bus << 8 | device << 3 | function) or addresses such as `01:00.0`.',
        { source: 'Linux drivers/of/base.c: of_map_id; drivers/acpi/arm64/iort.c: iort_id_map' },
      ),
      required(
        'device-ids',
        ids(0xffffffff),
        'The DeviceID of the first of them; the others follow. A range must be of the same length.',
      ),
    ],
  },
];

/** `dma-alias` of endpoints; here because it is made of addresses, too. */
export const dmaAliasProperty: PropertySchema = optional(
  'dma-alias',
  list(address),
  says('`[]`'),
  'Further requester IDs the function uses for DMA (phantom functions). They count for the alias walk; an MSI still goes out under the own requester ID when they are on the same bus.',
  { source: 'Linux drivers/pci/search.c: pci_for_each_dma_alias; drivers/pci/msi/irqdomain.c: get_msi_id_cb' },
);
