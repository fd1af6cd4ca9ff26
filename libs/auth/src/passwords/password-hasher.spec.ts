import { parseOptions } from '@node-rs/argon2';
import { PasswordHasher } from './password-hasher';

const hasher = new PasswordHasher();

describe('A password', () => {
  it('is kept as argon2id with the parameters that OWASP asks for', async () => {
    const hash = await hasher.hash('correct horse battery staple');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(parseOptions(hash)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  });

  it('is salted: the same one twice is kept differently', async () => {
    expect(await hasher.hash('again')).not.toBe(await hasher.hash('again'));
  });

  it('is accepted when it is the one, and no other', async () => {
    const hash = await hasher.hash('Pässwörd 🔑');
    await expect(hasher.verify(hash, 'Pässwörd 🔑')).resolves.toBe(true);
    await expect(hasher.verify(hash, 'Pässwörd')).resolves.toBe(false);
    await expect(hasher.verify(hash, '')).resolves.toBe(false);
  });

  it('is never right where there is no account', async () => {
    await expect(hasher.verify(null, 'anything')).resolves.toBe(false);
  });
});
