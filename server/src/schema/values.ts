/** The value types and phrases that several kinds share. */
import type {
  BusKind,
  Default,
  Keyword,
  KindWord,
  PropertySchema,
  Referable,
  ValueType,
  VersionFamily,
} from './types.ts';

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** Highest vector or table index of one device: `MSI_MAX_INDEX`, include/linux/msi.h. */
export const MSI_INDEX_MAX = 65535;
/** CPUs of the largest kernel configuration: `NR_CPUS` with CONFIG_MAXSMP, arch/x86/Kconfig. */
export const CPUS_MAX = 8192;

export const number = (min: number, max: number): ValueType => ({ is: 'number', min, max });
export const hexadecimal = (min: number, max: number): ValueType => ({ is: 'number', min, max, hexadecimal: true });
export const boolean: ValueType = { is: 'boolean' };
export const address: ValueType = { is: 'address' };
export const keyword = (...words: readonly Keyword[]): ValueType => ({ is: 'keyword', words });
export const version = (...families: readonly VersionFamily[]): ValueType => ({ is: 'version', families });
export const reference = (...to: readonly Referable[]): ValueType => ({ is: 'reference', to });
export const range = (of: ValueType): ValueType => ({ is: 'range', of });
export const list = (of: ValueType): ValueType => ({ is: 'list', of });
export const anyOf = (...types: readonly ValueType[]): ValueType => ({ is: 'anyOf', types });
export const word = (text: string, doc: string): Keyword => ({ word: text, doc });

/** `3` or `3..7` */
export const numberOrRange = (min: number, max: number): ValueType => anyOf(number(min, max), range(number(min, max)));

/** A default that is a constant, shown as it would be written. */
export const is = (value: number | boolean | string): Default => ({ text: `\`${value}\``, value });
/** A default that depends on something else, or is better said in words. */
export const says = (text: string, value?: Default['value']): Default =>
  value === undefined ? { text } : { text, value };

/** A property that may be left out. */
export function optional(
  key: string,
  type: ValueType,
  defaultValue: Default,
  doc: string,
  more: Pick<PropertySchema, 'source' | 'onlyFor' | 'requiredFor'> = {},
): PropertySchema {
  return { key, type, required: false, default: defaultValue, doc, ...more };
}

/** A property that must be there. */
export function required(
  key: string,
  type: ValueType,
  doc: string,
  more: Pick<PropertySchema, 'source' | 'onlyFor'> = {},
): PropertySchema {
  return { key, type, required: true, doc, ...more };
}

export const BUS_KINDS: readonly BusKind[] = [
  'expander',
  'root-port',
  'switch',
  'downstream-port',
  'pcie-pci-bridge',
  'pci-bridge',
];

/** Kinds that are PCI functions with vectors of their own. */
export const FUNCTION_KINDS: readonly KindWord[] = [
  'endpoint',
  'vf',
  'root-port',
  'switch',
  'downstream-port',
  'pcie-pci-bridge',
  'pci-bridge',
];

export const MODES: readonly Keyword[] = [
  word('msix', 'MSI-X: one table entry per vector, up to 2048.'),
  word('msi', 'MSI: one capability with 1, 2, 4 … 32 messages.'),
  word('intx', 'The legacy interrupt pin: one vector, shared.'),
  word('ims', 'Interrupt message storage: entries in memory of the device or its driver, allocated one by one.'),
];
