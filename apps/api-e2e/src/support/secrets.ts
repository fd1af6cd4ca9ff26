const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Every way that a text may have been written down. */
const formsOf = (secret: string): string[] => [
  secret,
  escaped(secret),
  escaped(escaped(secret)),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(secret).toString('hex'),
];

/** What must not be found, each under a name to report it by. */
export class Secrets {
  private readonly known = new Map<string, string>();

  /** Returns the secret, to be used. */
  add(name: string, secret: string): string {
    // Anything shorter turns up by chance.
    if (secret.length < 10) throw new Error(`${name} is too short to be looked for`);
    this.known.set(secret, name);
    return secret;
  }

  /** The end of a token too: the beginning says whose it is, and is worth nothing by itself. */
  addToken(name: string, token: string): string {
    this.add(`the end of ${name}`, token.slice(-20));
    return this.add(name, token);
  }

  /** Names of those that stand in the text, in whatever form and case. */
  findIn(text: string): string[] {
    const folded = text.toLowerCase();
    return [...this.known].flatMap(([secret, name]) =>
      formsOf(secret).some((form) => folded.includes(form.toLowerCase())) ? [name] : [],
    );
  }
}
