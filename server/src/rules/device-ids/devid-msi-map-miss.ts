import type { Rule } from '../rule.ts';

export const devidMsiMapMiss: Rule = {
  id: 'devid-msi-map-miss',
  severity: 'warning',
  title: 'a requester ID that no msi-map entry covers',
  checks: 'Where a host bridge has `msi-map` entries, every requester ID that sends messages is covered by one.',
  why: 'Linux logs "no msi-map translation" and takes the requester ID itself as the DeviceID. Messages work if nobody else has that DeviceID: an entry that maps other functions onto it makes them share a table.',
  remedy: 'Widen an entry or add one for the ID in the message.',
  sources: [
    'Linux 7.2: of_map_id, drivers/of/base.c; of_msi_xlate, drivers/of/irq.c',
    'Recorded machine: msimap-offset (6.1, 6.12, 7.2)',
  ],
};
