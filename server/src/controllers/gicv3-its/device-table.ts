/** Which DeviceIDs an ITS's device table has room for (irq-gic-v3-its.c: its_alloc_device_table, its_parse_indirect_baser). */
import { log2 } from '../../base/powers.ts';
import type { Its } from '../../model/machine.ts';

/** Bytes of a device table entry and of a first-level entry; ITS page size, as QEMU's and most hardware have them. */
const entryBytes = 8;
const itsPageBytes = 64 * 1024;
/** MAX_PAGE_ORDER: the largest allocation is 2^10 kernel pages. */
const mostPages = 1024;
/** GITS_BASER.Size: at most 256 ITS pages (its_setup_baser). */
const mostItsPages = 256;
/** Cavium ThunderX erratum 22375: Devbits is taken as 20 (its_enable_quirk_cavium_22375). */
const caviumDeviceIdBits = 20;

/** DeviceID bits that the hardware decodes, after quirks. */
export function deviceIdBits(its: Its): number {
  return its.quirk === 'cavium-22375' ? caviumDeviceIdBits : its.deviceIdBits;
}

/**
 * How many DeviceIDs fit the table that Linux allocates: 0 .. n-1. It may be more than 2^bits, as tables are whole pages.
 * `pageSizeBytes` is the kernel's.
 */
export function deviceTableCapacity(its: Its, pageSizeBytes: number): number {
  let ids = deviceIdBits(its);
  const idsPerPage = itsPageBytes / entryBytes;
  const twoLevel = its.indirect && entryBytes * 2 ** ids > 2 * itsPageBytes;
  if (twoLevel) ids -= log2(idsPerPage);
  const wantedBytes = Math.max(entryBytes * 2 ** ids, itsPageBytes);
  const tableBytes = Math.min(wantedBytes, mostPages * pageSizeBytes, mostItsPages * itsPageBytes);
  const entries = Math.floor(tableBytes / entryBytes);
  return twoLevel ? entries * idsPerPage : entries;
}
