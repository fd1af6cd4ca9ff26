const OF_ANY_OBJECT = new Set([
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'valueOf',
]);

/** Names of everything public that an object has or inherits, up to `end`, but for what any object has. */
export const namesOf = (object: object, end: object): string[] => {
  const names = new Set<string>();
  for (
    let at: object | null = object;
    at !== null && at !== end;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (
        name !== 'constructor' &&
        !OF_ANY_OBJECT.has(name) &&
        !name.startsWith('_') &&
        !name.startsWith('$__')
      )
        names.add(name);
    }
  }
  return [...names].toSorted();
};
