/** Number of bytes at the end of `bytes` (0 to 3) that begin a UTF-8 character without completing it. */
export const incompleteTail = (bytes: Uint8Array): number => {
  for (let back = 1; back <= 3; back++) {
    const byte = bytes.at(-back);
    if (byte === undefined || byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
};
