import type { Rule } from '../rule.ts';

export const duplicateNodeId: Rule = {
  id: 'duplicate-node-id',
  severity: 'error',
  title: 'two blocks declare the same name',
  checks:
    'All controllers, ITSs, bridges, ports, endpoints, VFs and VMs share one flat scope, whatever their nesting and their file. Device types, scenarios and the snapshots of a scenario have scopes of their own.',
  why: 'A name stands for one thing, as the label of a devicetree node or the id of a QEMU device does (QEMU itself refuses the second: "Duplicate device ID"). With two, a scenario step or an msi-map would mean either.',
  remedy: 'Rename one of them. A name may be left out where nothing refers to the block.',
  sources: ['The language: docs/language.md, "Names and arrays"', 'QEMU 10.0: qdev_set_id, system/qdev-monitor.c'],
};
