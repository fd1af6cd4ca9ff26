import { type Node } from './sample-tree.builder';

/** Changes one element in place. Returns false when the change does not apply. */
type Change = (node: Node, siblings: Node[], at: number) => boolean;

const isText = (node: Node): boolean => node.type.kind === 'text';

const CHANGES: Readonly<Record<string, Change>> = {
  'left out': (_node, siblings, at) => {
    siblings.splice(at, 1);
    return true;
  },
  twice: (node, siblings, at) => {
    siblings.splice(at, 0, copyOf(node));
    return true;
  },
  'eleven times': (node, siblings, at) => {
    siblings.splice(at, 0, ...Array.from({ length: 10 }, () => copyOf(node)));
    return true;
  },
  'in front of all': (node, siblings, at) => {
    if (at === 0) return false;
    siblings.splice(at, 1);
    siblings.unshift(node);
    return true;
  },
  'with another name': (node) => {
    node.name = `${node.name}X`;
    return true;
  },
  'in another namespace': (node) => {
    node.attributes += ' xmlns="urn:example:other"';
    return true;
  },
  'with an attribute': (node) => {
    node.attributes += ' note="1"';
    return true;
  },
  'with text beside its elements': (node) => {
    if (isText(node)) return false;
    node.text = 'note';
    return true;
  },
  'with an element in its text': (node) => {
    if (!isText(node)) return false;
    node.children = [{ name: 'Nm', attributes: '', text: 'T', children: [], type: { kind: 'any' } }];
    return true;
  },
  empty: (node) => {
    if (node.children.length === 0) return false;
    node.children = [];
    return true;
  },
  'without its attributes': (node) => {
    if (node.attributes === '') return false;
    node.attributes = '';
    return true;
  },
};

/** Texts at and beyond the limits of the types. */
const TEXTS = [
  ...[
    '',
    ' ',
    'x',
    ' 2026-03-02 ',
    'x'.repeat(35),
    'x'.repeat(36),
    '🌲'.repeat(35),
    'é'.repeat(141),
    'x'.repeat(2049),
  ],
  ...[
    '0',
    '-0.0',
    '-1',
    '+1',
    '1.',
    '.5',
    '1e5',
    '1,5',
    '00012.500',
    '0.12345',
    '0.123456',
    '1234567890123456789',
  ],
  ...['0.00000000001', '12345678901.5', '123456789012345678', '0.12345678901234567', '0.123456789012345678'],
  ...['2026-02-29', '2024-02-29', '2026-3-2', '2026-13-01', '0000-01-01', '2026-03-02Z', '2026-03-02+13:59'],
  ...[
    '2026-03-02+15:00',
    '2026-03-02T24:00:00',
    '2026-03-02T24:00:01',
    '2026-03-02T23:59:60',
    '2026-03-02T08:30',
  ],
  ...[
    '2026-03-02T08:30:00.123-05:00',
    '2026Z',
    '26',
    'TRUE',
    ' true ',
    '1',
    'high',
    'HIGH ',
    'eur',
    'EURO',
    'de',
  ],
  ...[
    'COBADEFF',
    'COBADEFFXX',
    'cobadeff',
    'C0BADEFF',
    'DE8937040044',
    'DE89370400440532013000',
    'Zm9',
    'Zm 9y',
  ],
];

const copyOf = (node: Node): Node => ({ ...node, children: node.children.map(copyOf) });

interface Place {
  /** Positions among children, from the root down. */
  way: number[];
  node: Node;
}

const places = (node: Node, way: number[] = []): Place[] =>
  node.children.flatMap((child, at) => [{ way: [...way, at], node: child }, ...places(child, [...way, at])]);

export interface Mutant {
  /** Description of the change, for failure messages. */
  what: string;
  root: Node;
}

const mutated = (root: Node, { way, node }: Place, what: string, change: Change): Mutant | null => {
  const copy = copyOf(root);
  let siblings = copy.children;
  for (const at of way.slice(0, -1)) siblings = siblings[at]!.children;
  const at = way.at(-1)!;
  return change(siblings[at]!, siblings, at) ? { what: `${node.name} ${what}`, root: copy } : null;
};

/** Every `stride`th of all changes of one element of the sample, beginning with number `first`. */
export const mutantsOf = (root: Node, stride: number, first: number): Mutant[] => {
  const all = places(root).flatMap((place) => [
    ...Object.entries(CHANGES).map(([what, change]) => ({ place, what, change })),
    ...(isText(place.node)
      ? TEXTS.map((text) => ({
          place,
          what: `as ${JSON.stringify(text.slice(0, 30))}`,
          change: (node: Node) => {
            node.text = text;
            return true;
          },
        }))
      : []),
  ]);
  return all
    .filter((_, at) => at % stride === first)
    .flatMap(({ place, what, change }) => mutated(root, place, what, change) ?? []);
};
