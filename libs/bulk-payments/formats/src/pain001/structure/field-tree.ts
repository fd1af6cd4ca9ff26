import { type StructureError } from './structure-error';

/** An element as a field sees it. */
export interface Element {
  /** Content of a text element, with insignificant white space collapsed; otherwise empty. */
  readonly text: string;
  /** Attribute Ccy, when it is present and valid. */
  readonly currency: string | null;
  /** Whether the content is valid. Known when the element closes. */
  readonly isValid: boolean;
  readonly line: number;
  pointer(): string;
}

/** Handlers of a message of type `M` for the elements at one path. */
export interface Field<M> {
  open?: (message: M, element: Element) => void;
  close?: (message: M, element: Element) => void;
  /** Handles an error in the element's own content, instead of the message's `addError`. */
  error?: (message: M, error: StructureError) => void;
  /** Applies to all descendants as well. */
  deep?: boolean;
}

export interface FieldNode<M> extends Field<M> {
  children: Map<string, FieldNode<M>>;
}

/** Builds a tree from paths below the document element, e.g. `CstmrCdtTrfInitn/GrpHdr/MsgId`. */
export const fieldTree = <M>(fields: Readonly<Record<string, Field<M>>>): FieldNode<M> => {
  const root: FieldNode<M> = { children: new Map() };
  for (const [path, field] of Object.entries(fields)) {
    let at = root;
    for (const name of path.split('/')) {
      const next: FieldNode<M> = at.children.get(name) ?? { children: new Map() };
      at.children.set(name, next);
      at = next;
    }
    Object.assign(at, field);
  }
  return root;
};

export const childField = <M>(parent: FieldNode<M> | undefined, name: string): FieldNode<M> | undefined =>
  parent?.children.get(name) ?? (parent?.deep ? parent : undefined);
