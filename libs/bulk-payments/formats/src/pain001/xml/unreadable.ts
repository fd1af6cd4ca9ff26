import { UnreadableFileError } from '../../unreadable-file.error';

/** InvalidFileFormat of ExternalStatusReason1Code. */
const FILE_FORMAT = 'FF01';

/** The error that ends the reading of an XML file. `line`: from 1; `pointer`: path of the element. */
export const unreadableXml = (message: string, line?: number, pointer?: string): UnreadableFileError =>
  new UnreadableFileError([{ message, line, pointer, reason: FILE_FORMAT }]);
