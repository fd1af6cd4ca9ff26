/** One thing that is wrong with the document. */
export interface Fault {
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

/** A character that can be seen, or its code point. A blank is one; others (no-break, line ends) are not what they seem. */
const visible = (character: string): string =>
  character !== ' ' && /\p{C}|\p{Z}/u.test(character)
    ? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
    : character;

/** A few characters of what the file has, in quotes, for a message. */
export const excerpt = (text: string, most = 40): string => {
  const characters = [...text.slice(0, 2 * most + 2)];
  return `"${characters.slice(0, most).map(visible).join('')}${characters.length > most ? '...' : ''}"`;
};

/** An element's name as the file has it, no longer than a message needs. */
export const shortName = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}...` : name);
