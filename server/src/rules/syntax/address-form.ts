import type { Rule } from '../rule.ts';

export const addressForm: Rule = {
  id: 'address-form',
  severity: 'error',
  title: 'an address or number in a form that misleads',
  checks:
    'Addresses are written as lspci prints them: `dd.f`, with two hexadecimal digits for the device. Numbers have no leading zero.',
  why: '`at 5` could be device 5 or address 5, and `10` device 10 or 16; `0300` looks like hexadecimal to some and octal to others. Wrong by one digit means another requester ID, another DeviceID and another interrupt table.',
  remedy: 'Write `05.0`; the quick-fix does.',
  sources: ['pciutils: lspci(8), output of the slot', 'The language: docs/language.md, "Grammar"'],
};
