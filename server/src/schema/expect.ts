/** `expect`: what can be asserted, and of what. */

import type { Keyword, KindSchema, PropertySchema, Subject, ValueType } from './types.ts';
import { anyOf, FUNCTION_KINDS, keyword, list, MODES, number, range, word } from './values.ts';

/** Every count and ID the checker computes fits into 32 bits. */
const COUNT_MAX = 0xffffffff;

const ERRORS: readonly Keyword[] = [
  word('none', 'The last step succeeded.'),
  word('EINVAL', 'Invalid argument: already enabled, no capability, MSI off, or nothing asked for.'),
  word('ENOSPC', 'No space left: fewer vectors than the minimum.'),
  word('ENOMEM', 'Out of memory: no LPI left (Linux 6.12), or VF numbers beyond the bus range.'),
  word('ENODEV', 'No such device: the interrupt domain could not be made (Linux 7.2).'),
  word('ERANGE', 'Out of range: minimum above maximum, or an entry beyond the table.'),
  word('EBUSY', 'Busy: the entry or the DeviceID is taken.'),
  word('EIO', 'Input/output error: a port with too few vectors, or an affinity that may not be moved.'),
  word('EFAULT', 'Bad address: an `msi-map` with bits outside its mask.'),
  word('ENOTSUPP', 'Not supported: no dynamic MSI-X here, or gaps on pseries.'),
  word('EPERM', 'What Linux returns for a plain -1 of the firmware (pseries up to 3.0).'),
  word('ESRCH', 'What Linux returns for a plain -3 of the firmware: a call that it does not have (pseries).'),
  word('abort', 'No errno: the VMM itself ended over the call (pseries from 3.1 on, with no MSI left).'),
];

/** A value, a range of values, or a list of either. */
const counted = (max: number, hexadecimal = false): ValueType => {
  const one: ValueType = hexadecimal ? { is: 'number', min: 0, max, hexadecimal } : number(0, max);
  return anyOf(one, range(one), list(anyOf(one, range(one))));
};
const oneOf = (words: readonly Keyword[]): ValueType => anyOf(keyword(...words), list(keyword(...words)));

/** `subjects` other than the machine; the machine has the sum of every number. */
function assertion(key: string, type: ValueType, subjects: readonly Subject[], doc: string): PropertySchema {
  return { key, type, required: false, doc, subjects };
}
const count = (key: string, subjects: readonly Subject[], doc: string): PropertySchema =>
  assertion(key, counted(COUNT_MAX), [...subjects, 'machine'], doc);

const properties: readonly PropertySchema[] = [
  assertion(
    'device-id',
    counted(COUNT_MAX, true),
    ['function'],
    'The DeviceID its MSIs carry at the ITS, after aliasing and `msi-map`.',
  ),
  assertion(
    'requester-id',
    counted(0xffff, true),
    ['function'],
    'Its own requester ID, before aliasing: bus << 8 | device << 3 | function.',
  ),
  assertion(
    'mode',
    oneOf([...MODES, word('none', 'Nothing is allocated.')]),
    ['function'],
    'What it was granted: `msix`, `msi`, `intx`, `ims` or `none`.',
  ),
  count('vectors', ['function', 'cpu'], 'Of a function: vectors granted. Of a CPU: vectors in use.'),
  count('irqs', ['function'], 'Interrupts requested: vectors with a handler.'),
  count('events', ['function'], 'EventIDs held at the ITS.'),
  assertion('first-event', counted(COUNT_MAX), ['function'], 'Its lowest EventID.'),
  count('itt-size', ['function'], 'Entries in the interrupt translation table of its DeviceID.'),
  count(
    'lpis',
    ['function', 'controller'],
    'Of a function: LPIs reserved for its DeviceID; on a GICv5 those it has. Of a controller: LPIs reserved, or had.',
  ),
  assertion('first-lpi', counted(COUNT_MAX), ['function'], 'The LPI of its lowest event.'),
  assertion(
    'first-irq',
    counted(COUNT_MAX),
    ['function'],
    'Its first SPI (gicv2m) or XIRQ (pseries); its lowest identity (riscv-imsic).',
  ),
  count('spis', ['controller'], 'SPIs taken (gicv2m).'),
  count('msis', ['controller'], 'MSIs taken (pseries, riscv-imsic).'),
  count('irtes', ['function', 'controller'], 'Entries of the interrupt remapping table held.'),
  count('lpis-free', ['controller'], 'LPIs left.'),
  count('spis-free', ['controller'], 'SPIs left.'),
  count('msis-free', ['controller'], 'MSIs left.'),
  count('irtes-free', ['controller'], 'Remapping entries left.'),
  count(
    'managed',
    ['function', 'cpu'],
    'Of a function: managed vectors held per CPU. Of a CPU: managed vectors held on it.',
  ),
  count('available', ['cpu'], 'Vectors of the CPU that are still free.'),
  count('lost', ['function', 'vm'], 'Table entries that will never fire, and interrupts lost in a gap.'),
  assertion(
    'present',
    anyOf(counted(COUNT_MAX), { is: 'boolean' }),
    ['function', 'machine'],
    'It is plugged in: `true` is 1, `false` is 0. Of the machine: the number of functions present.',
  ),
  assertion(
    'state',
    oneOf([
      word('running', 'It runs.'),
      word('killed', 'It was killed for lack of a vector.'),
      word('off', 'It is not started, or stopped.'),
    ]),
    ['vm'],
    'Of a VM.',
  ),
  count('buses', [], 'Bus numbers in use.'),
  count('free-slots', [], 'Free slots that take a device at run time.'),
  count('guests', [], 'How many more of the last `vm` fit.'),
  count('failed', [], 'Steps that have failed so far.'),
  assertion(
    'error',
    oneOf(ERRORS),
    ['function', 'vm', 'machine'],
    'The errno of the last step on it, such as `ENOSPC`, or `none`. Of the machine: of the last step.',
  ),
];

export const expectKinds: readonly KindSchema[] = [
  {
    word: 'expect',
    doc: 'Asserts numbers. In a function it holds after `boot`; in a scenario it names what it speaks of, or, without a name, the machine as a whole. A value is exact, `a..b` a range, a list one of several.',
    example: 'scenario "example" {\n  expect nic0 { vectors = 3; mode = msix; error = none }\n}',
    parents: ['scenario', ...FUNCTION_KINDS],
    name: {
      role: 'refers',
      to: [...FUNCTION_KINDS, 'interrupt-controller', 'its', 'vm', 'cpu'],
      required: false,
    },
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties,
  },
];
