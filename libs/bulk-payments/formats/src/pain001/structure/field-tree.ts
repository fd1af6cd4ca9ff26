import { type Fault } from './fault';

/** What a field is told of the element it stands for. */
export interface Element {
  /** Of text: as the file has it, blanks collapsed where they mean nothing. Else empty. */
  readonly text: string;
  /** Attribute Ccy, where the element has a good one. */
  readonly currency: string | null;
  /** Whether the structure has nothing against its content. Known when it closes. */
  readonly isSound: boolean;
  readonly line: number;
  pointer(): string;
}

/** What a message of kind `M` makes of the elements at one path. */
export interface Field<M> {
  open?: (message: M, element: Element) => void;
  close?: (message: M, element: Element) => void;
  /** Takes a fault of the content itself, in place of the message's own way with faults. */
  fault?: (message: M, fault: Fault) => void;
  /** Stands for all elements below as well. */
  deep?: boolean;
}

export interface FieldNode<M> extends Field<M> {
  children: Map<string, FieldNode<M>>;
}

/** Paths with slashes, from the document element, as a tree that is walked beside the document. */
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
