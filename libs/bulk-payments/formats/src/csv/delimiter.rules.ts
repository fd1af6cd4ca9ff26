const [QUOTE, LF, COMMA, SEMICOLON] = [0x22, 0x0a, 0x2c, 0x3b];

/**
 * Returns the delimiter: whichever of comma and semicolon the header contains more of outside quotes, and a comma when
 * they are equal. Undefined when `bytes`, the start of a file, does not contain the whole header yet.
 */
export const findDelimiter = (bytes: Uint8Array): ',' | ';' | undefined => {
  let inQuotes = false;
  let commas = 0;
  let semicolons = 0;
  let blank = true;
  for (const byte of bytes) {
    if (byte === QUOTE) inQuotes = !inQuotes;
    else if (byte === COMMA && !inQuotes) commas++;
    else if (byte === SEMICOLON && !inQuotes) semicolons++;
    else if (byte === LF && !inQuotes && !blank) return semicolons > commas ? ';' : ',';
    if (byte > 0x20) blank = false;
  }
  return undefined;
};
