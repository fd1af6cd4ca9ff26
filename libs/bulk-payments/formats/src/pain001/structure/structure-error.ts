/** One error in the document. */
export interface StructureError {
  message: string;
  line: number;
  pointer: string;
  /** ISO 20022 ExternalStatusReason1Code. */
  reason: string;
}

/** ElementContentFormallyIncorrect. */
export const BAD_CONTENT = 'CH16';
/** ElementNotAdmitted. */
export const NOT_ADMITTED = 'CH17';
/** RequiredCompulsoryElementMissing. */
export const MISSING = 'CH21';

/** The character, or its code point when it is invisible or easily confused, such as a no-break space. */
const visible = (character: string): string =>
  character !== ' ' && /\p{C}|\p{Z}/u.test(character)
    ? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
    : character;

/** Quotes the start of a text in a message, with invisible characters as code points. */
export const quote = (text: string, most = 40): string => {
  const characters = [...text.slice(0, 2 * most + 2)];
  return `"${characters.slice(0, most).map(visible).join('')}${characters.length > most ? '...' : ''}"`;
};

/** An element's name, shortened for a message. */
export const shortName = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}...` : name);
