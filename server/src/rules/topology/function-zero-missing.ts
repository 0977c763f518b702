import type { Rule } from '../rule.ts';

export const functionZeroMissing: Rule = {
  id: 'function-zero-missing',
  severity: 'error',
  title: 'functions above 0 with no function 0',
  checks: 'A slot with any function has a function 0, and has it at boot when others are there at boot.',
  why: 'Linux asks function 0 first; when it does not answer, functions 1 to 7 are never looked for. The devices exist and are invisible.',
  remedy:
    'Add a function 0, or move one of the functions there. When functions are plugged in one by one, function 0 comes last: Linux looks at the slot when it arrives, and finds the others then.',
  sources: ['Linux 7.2: pci_scan_slot, drivers/pci/probe.c'],
};
