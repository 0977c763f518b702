/** Where a finding points and what it says. Made by the model for what is wrong with a spec as written, by ../rules for what is wrong with its machine. */
import type { Span } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';

/**
 * The place a finding points at, without absolute positions: a part of a declaration, a span that counts from the start
 * of the declaration's own statement, or, for what stands in no block, an absolute span of a file.
 * `property` is a key of the block, `value` what stands after it; both fall back to the header when it is not written.
 */
export type Place =
  | {
      readonly decl: Declared;
      readonly part:
        | 'header'
        | 'kind'
        | 'name'
        | 'type'
        | 'at'
        | { readonly property: string }
        | { readonly value: string };
    }
  | { readonly decl: Declared; readonly span: Span }
  | { readonly uri: string; readonly span: Span };

/** Who else is involved. */
export interface Related {
  readonly at: Place;
  readonly message: string;
}

/** The rules whose findings the model makes. */
export type ModelRule =
  | 'syntax-unexpected-token'
  | 'duplicate-node-id'
  | 'unresolved-reference'
  | 'value-out-of-range'
  | 'unknown-property'
  | 'unknown-kernel-profile'
  | 'missing-required-field'
  | 'duplicate-property'
  | 'index-out-of-range'
  | 'wrong-kind-of-reference'
  | 'address-form'
  | 'include-outside'
  | 'limit-exceeded'
  | 'msi-count-not-power-of-two'
  | 'msix-count-out-of-range'
  | 'min-greater-than-max'
  | 'request-zero-vectors';

/** Something wrong with a spec as written. A finding (../rules/rule.ts) that is made before there is a machine. */
export interface ModelProblem {
  readonly rule: ModelRule;
  readonly at: Place;
  /** One sentence or two, without a full stop at the end. */
  readonly message: string;
  readonly related?: readonly Related[];
  /** The numbers and names the message was made of. */
  readonly facts?: Readonly<Record<string, number | string>>;
  /** The text that repairs it in place of `at`; empty to remove it. */
  readonly replacement?: string;
}
