/** Every quick-fix, in the order in which those of one finding are offered. */
import { acceptValue } from './accept-value.ts';
import { addCpus } from './add-cpus.ts';
import { addEntriesSingly } from './add-entries-singly.ts';
import { addRootPorts } from './add-root-ports.ts';
import { allocateUpFront } from './allocate-up-front.ts';
import { allowHypercall } from './allow-hypercall.ts';
import { allowMsi } from './allow-msi.ts';
import { correctBusNumber } from './correct-bus-number.ts';
import { coverByRemappingUnit } from './cover-by-remapping-unit.ts';
import { coverRequesterId } from './cover-requester-id.ts';
import { enableFewerVfs } from './enable-fewer-vfs.ts';
import { enableRemapping } from './enable-remapping.ts';
import { enlargeEcam } from './enlarge-ecam.ts';
import { enlargeRemappingTable } from './enlarge-remapping-table.ts';
import { firstEntries } from './first-entries.ts';
import type { Fix } from './fix.ts';
import { freeAddress } from './free-address.ts';
import { freeBusNumber } from './free-bus-number.ts';
import { holdFewerManaged } from './hold-fewer-managed.ts';
import { insertMissingProperty } from './insert-missing-property.ts';
import { insertMissingStep } from './insert-missing-step.ts';
import { insertRootPort } from './insert-root-port.ts';
import { kernelWithIms } from './kernel-with-ims.ts';
import { leaveIms } from './leave-ims.ts';
import { lowerBiggestUser } from './lower-biggest-user.ts';
import { lowerQueues } from './lower-queues.ts';
import { lowerVectors } from './lower-vectors.ts';
import { minimumOfOne } from './minimum-of-one.ts';
import { moreIdentities } from './more-identities.ts';
import { moveToRootPorts } from './move-to-root-ports.ts';
import { newerMachineType } from './newer-machine-type.ts';
import { noShpc } from './no-shpc.ts';
import { ownHostBridge } from './own-host-bridge.ts';
import { ownRemappingUnit } from './own-remapping-unit.ts';
import { probeLargerFirst } from './probe-larger-first.ts';
import { raiseRoutes } from './raise-routes.ts';
import { removeIgnore } from './remove-ignore.ts';
import { removeProperty } from './remove-property.ts';
import { removeWord } from './remove-word.ts';
import { renameDuplicate } from './rename-duplicate.ts';
import { renumberSlot } from './renumber-slot.ts';
import { repairMsiMap } from './repair-msi-map.ts';
import { repairPunctuation } from './repair-punctuation.ts';
import { repairSpelling } from './repair-spelling.ts';
import { reserveBuses } from './reserve-buses.ts';
import { rewriteAddress } from './rewrite-address.ts';
import { roundVectors } from './round-vectors.ts';
import { sameMachineType } from './same-machine-type.ts';
import { setMultifunction } from './set-multifunction.ts';
import { shareHostVectors } from './share-host-vectors.ts';
import { shortenBusRange } from './shorten-bus-range.ts';
import { shrinkTable } from './shrink-table.ts';
import { startLater } from './start-later.ts';
import { takeFreeEntry } from './take-free-entry.ts';
import { takePossibleValue } from './take-possible-value.ts';
import { unmaskFewerEntries } from './unmask-fewer-entries.ts';
import { unplugBeforeMigration } from './unplug-before-migration.ts';
import { useGicv3 } from './use-gicv3.ts';
import { useMsi } from './use-msi.ts';
import { useMsix } from './use-msix.ts';
import { useOneMode } from './use-one-mode.ts';
import { widenDeviceIdBits } from './widen-device-id-bits.ts';

export const FIXES: readonly Fix[] = [
  repairSpelling,
  rewriteAddress,
  takePossibleValue,
  removeWord,
  repairPunctuation,
  removeProperty,
  removeIgnore,
  renameDuplicate,
  insertMissingProperty,
  setMultifunction,
  correctBusNumber,
  freeAddress,
  freeBusNumber,
  renumberSlot,
  roundVectors,
  useMsix,
  useMsi,
  useOneMode,
  minimumOfOne,
  probeLargerFirst,
  useGicv3,
  raiseRoutes,
  lowerVectors,
  lowerQueues,
  holdFewerManaged,
  lowerBiggestUser,
  shrinkTable,
  moveToRootPorts,
  insertRootPort,
  noShpc,
  addRootPorts,
  shortenBusRange,
  enlargeEcam,
  reserveBuses,
  enableFewerVfs,
  widenDeviceIdBits,
  allowMsi,
  moreIdentities,
  enableRemapping,
  enlargeRemappingTable,
  ownRemappingUnit,
  coverByRemappingUnit,
  addCpus,
  coverRequesterId,
  repairMsiMap,
  allowHypercall,
  leaveIms,
  kernelWithIms,
  addEntriesSingly,
  allocateUpFront,
  shareHostVectors,
  unmaskFewerEntries,
  takeFreeEntry,
  insertMissingStep,
  startLater,
  firstEntries,
  ownHostBridge,
  newerMachineType,
  sameMachineType,
  unplugBeforeMigration,
  acceptValue,
];
