const [QUOTE, LF, COMMA, SEMICOLON] = [0x22, 0x0a, 0x2c, 0x3b];

/**
 * Which of comma and semicolon separates the fields: the one that the header has more of outside of quotes; a comma when
 * it has neither or as many. Undefined while `bytes`, the beginning of a file, doesn't hold the whole header.
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
