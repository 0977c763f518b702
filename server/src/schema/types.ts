/**
 * What the schema says of the language: its kinds, their properties and the values those take. Data only; who reads it
 * (the checker of values, completion, hover, the formatter, the generators beside this file) adds the behaviour.
 */

/** Every KIND of the language. */
export type KindWord =
  | 'machine'
  | 'interrupt-controller'
  | 'its'
  | 'host-bridge'
  | 'msi-map'
  | BusKind
  | 'endpoint'
  | 'device-type'
  | 'vf'
  | 'request'
  | 'vm'
  | 'assign'
  | 'scenario'
  | StepKind;

/** Bridges: the kinds with a secondary bus. */
export type BusKind = 'expander' | 'root-port' | 'switch' | 'downstream-port' | 'pcie-pci-bridge' | 'pci-bridge';

/** What may stand in a scenario. `expect` may stand elsewhere, too. */
export type StepKind =
  | 'boot'
  | 'plug'
  | 'unplug'
  | 'probe'
  | 'remove'
  | 'enable'
  | 'disable'
  | 'allocate'
  | 'free'
  | 'request-irq'
  | 'free-irq'
  | 'mask'
  | 'unmask'
  | 'set-pasid'
  | 'start'
  | 'stop'
  | 'online'
  | 'offline'
  | 'snapshot'
  | 'migrate'
  | 'expect';

/** Something a name can refer to: a block of that kind, or one of the machine's CPUs. */
export type Referable = KindWord | 'cpu';

/** The file itself, or the kind of the block around. */
export type Parent = 'top' | KindWord;

export interface KindSchema {
  readonly word: KindWord;
  /** One paragraph of markdown. */
  readonly doc: string;
  /** A short piece of the language that uses it; stands alone or inside the parent it names. */
  readonly example: string;
  /** Where it belongs. Completion offers it there. */
  readonly parents: readonly Parent[];
  /**
   * Where it is also taken in, although it does not work there, because a rule of the topology says why
   * (`port-in-wrong-place`, `endpoint-on-extra-root`) better than "unexpected" would.
   */
  readonly alsoIn?: readonly Parent[];
  /** The types of the parent under which it may stand (an `its` in a `gicv3`). Absent: all. */
  readonly parentTypes?: readonly string[];
  readonly name: NameSchema;
  readonly type: TypeRule;
  /** May have `at ADDRESS`. */
  readonly takesAt: boolean;
  /** `hotplug` may stand before it; at the top level it must, where `topLevelHotplugOnly` says so. */
  readonly takesHotplug: boolean;
  /** At the top level only behind `hotplug`. */
  readonly topLevelHotplugOnly?: boolean;
  /** In the order of the documentation and of the formatter. */
  readonly properties: readonly PropertySchema[];
}

/** What the name behind a KIND is. */
export type NameSchema =
  /** It is declared here. `count`: `nic[4]` declares an array. */
  | { readonly role: 'declares'; readonly scope: Scope; readonly required: boolean; readonly count: boolean }
  /** It refers to blocks of these kinds. */
  | { readonly role: 'refers'; readonly to: readonly Referable[]; readonly required: boolean }
  /** It is one of these words (the mode of a `request`). */
  | { readonly role: 'word'; readonly words: readonly Keyword[] }
  /** There is none. */
  | { readonly role: 'anonymous' };

/** `names` is the one flat scope of a spec; the others are apart from it. */
export type Scope = 'names' | 'machine' | 'device-types' | 'scenarios' | 'snapshots';

/** What may stand behind the colon. */
export type TypeRule =
  | { readonly take: 'none' }
  /** One of these words. */
  | { readonly take: 'listed'; readonly required: boolean; readonly types: readonly Keyword[] }
  /**
   * A type of ../catalogue that is made for this kind; `declared`: also a `device-type` of the spec.
   * `default` is what stands for a type that is left out.
   */
  | { readonly take: 'device-types'; readonly declared: boolean; readonly default?: string };

export interface Keyword {
  readonly word: string;
  readonly doc: string;
}

export interface PropertySchema {
  readonly key: string;
  readonly type: ValueType;
  readonly required: boolean;
  /** Where `required` is false: the types (of an `interrupt-controller`) or modes (of a `request`) that need it all the same. */
  readonly requiredFor?: readonly string[];
  /** Absent: none; the property is either required or simply not there. */
  readonly default?: Default;
  /** Markdown: what it means, its unit, the limit or errno it drives. One to three sentences. */
  readonly doc: string;
  /** Where the meaning or the numbers come from: a file of Linux or QEMU, a specification. */
  readonly source?: string;
  /** The types of the block for which it exists. Absent: all. */
  readonly onlyFor?: readonly string[];
  /** Of `expect`: what it can be asserted of. */
  readonly subjects?: readonly Subject[];
}

/** What an `expect` speaks of. */
export type Subject = 'function' | 'cpu' | 'vm' | 'controller' | 'machine';

export interface Default {
  /** For a reader, as markdown: `16`, "newest of `vmm`". */
  readonly text: string;
  /** Where it is a constant: a number (bytes for a size), a truth value, or a word as written. */
  readonly value?: number | boolean | string | { readonly from: number; readonly to: number };
}

/** Families of words that end in a version: `linux-6.12`, `pseries-3.1`. */
export type VersionFamily = 'linux' | 'qemu' | 'virt' | 'q35' | 'pc' | 'pseries';

export type ValueType =
  /**
   * Both limits included. `hexadecimal`: shown and completed as 0x…. `form` is what a reader is told instead of the
   * limits, where these are loose because a rule of its own speaks of the number. `oneLessThanMultipleOf` 64: 63, 127,
   * 191 … only.
   */
  | {
      readonly is: 'number';
      readonly min: number;
      readonly max: number;
      readonly hexadecimal?: boolean;
      readonly form?: string;
      readonly oneLessThanMultipleOf?: number;
    }
  /** `allowedBytes`: these sizes only. */
  | {
      readonly is: 'size';
      readonly minBytes: number;
      readonly maxBytes: number;
      readonly allowedBytes?: readonly number[];
    }
  | { readonly is: 'boolean' }
  | { readonly is: 'keyword'; readonly words: readonly Keyword[] }
  | { readonly is: 'version'; readonly families: readonly VersionFamily[] }
  /** `pattern` is a regular expression for the whole text; `form` says it in words. */
  | { readonly is: 'string'; readonly pattern?: string; readonly form?: string }
  | { readonly is: 'address' }
  | { readonly is: 'reference'; readonly to: readonly Referable[] }
  /** `a..b`, both of type `of`. `descending`: also with a > b, because a rule speaks of that. */
  | { readonly is: 'range'; readonly of: ValueType; readonly descending?: boolean }
  | { readonly is: 'list'; readonly of: ValueType }
  | { readonly is: 'anyOf'; readonly types: readonly ValueType[] };
