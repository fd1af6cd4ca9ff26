/** MongoDB's name and number of each error, by the SQLSTATE that DocumentDB raises for it (its external_error_mapping.csv). */
const table = `
M0000 1 InternalError
M0001 2 BadValue
M0002 5 GraphContainsCycle
M0003 9 FailedToParse
M0004 14 TypeMismatch
M0005 15 Overflow
M00DO 16 InvalidLength
M0006 20 IllegalOperation
M0008 26 NamespaceNotFound
M0009 27 IndexNotFound
M000A 28 PathNotViable
M000C 34 CannotBackfillArray
M000D 40 ConflictingUpdateOperators
M000E 43 CursorNotFound
M000F 48 NamespaceExists
M000G 52 DollarPrefixedFieldName
M000H 53 CanNotBeTypeArray
M000I 54 NotSingleValueField
M000J 56 EmptyFieldName
M000K 57 DottedFieldName
M000M 66 ImmutableField
M000N 67 CannotCreateIndex
M000O 68 IndexAlreadyExists
M000P 72 InvalidOptions
M000Q 73 InvalidNamespace
M000R 85 IndexOptionsConflict
M000S 86 IndexKeySpecsConflict
M000T 111 NotExactValueField
M000U 115 CommandNotSupported
M00CO 121 DocumentFailedValidation
M00EL 143 CursorInUse
M000W 146 ExceededMemoryLimit
M000X 159 DurationOverflow
M000Y 165 ViewDepthLimitExceeded
M000Z 166 CommandNotSupportedOnView
M0010 167 OptionNotSupportedOnView
M0011 181 AmbiguousIndexKeyPattern
M0012 197 InvalidIndexSpecificationOption
M0013 224 QueryFeatureNotAllowed
M0014 232 MaxSubPipelineDepthExceeded
M0015 241 ConversionFailure
M0016 263 OperationNotSupportedInTransaction
M0017 276 IndexBuildAborted
M0018 291 UnableToFindIndex
M001B 10334 BsonObjectTooLarge
M001C 11000 DuplicateKey
M001D 12587 BackgroundOperationInProgressForNamespace
M001H 13113 MergeStageNoMatchingDocument
M007U 40324 UnrecognizedCommand
M0088 40415 UnknownBsonField
23505 11000 DuplicateKey
23P01 11000 DuplicateKey
40001 112 WriteConflict
40P01 112 WriteConflict
55P03 24 LockTimeout
57014 50 MaxTimeMSExpired
42P01 26 NamespaceNotFound
0A000 115 CommandNotSupported
22P02 2 BadValue
22023 2 BadValue
25P02 251 NoSuchTransaction
`;

const further: [number, string][] = [
  [6, 'HostUnreachable'],
  [59, 'CommandNotFound'],
];

const rows = table
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [string, string, string]);
const codes = new Map(rows.map(([state, code]) => [state, Number(code)]));
const names = new Map([...further, ...rows.map(([, code, name]): [number, string] => [Number(code), name])]);

/** MongoDB's error number for an SQLSTATE; 1 (InternalError) for one it has no equal of. */
export const codeOfState = (state: string): number => codes.get(state) ?? 1;

export const nameOfCode = (code: number): string => names.get(code) ?? `Location${code}`;

/** Write errors carry their SQLSTATE as PostgreSQL packs it: five characters of six bits. */
export function unpackState(packed: number): string {
  let state = '';
  for (let rest = packed, i = 0; i < 5; i += 1, rest >>= 6) state += String.fromCharCode(48 + (rest & 63));
  return state;
}
