import { PLACEMENTS } from '@financeops/tenancy/context';
import type { Net } from '../../src/audit/isolation.errors';
import { CORPUS } from './corpus';
import { aCorpusWorld } from './corpus-world';

const NETS: readonly Net[] = ['repository', 'schema', 'wire'];

describe.each(PLACEMENTS)('The corpus of leaks, for a %s tenant', (placement) => {
  let world: Awaited<ReturnType<typeof aCorpusWorld>>;
  const within = (nets: readonly Net[]): void => {
    beforeAll(async () => {
      world = await aCorpusWorld(placement, nets);
    });
    afterAll(() => world.close());
  };

  describe.each<[string, Net]>([
    ['The repository alone', 'repository'],
    ['The guard of the schema alone', 'schema'],
    ['The wire probe alone', 'wire'],
  ])('%s', (_name, net) => {
    within([net]);
    const seen = CORPUS.filter(({ blind }) => blind?.[net] === undefined);
    it.each(seen)('stops class $leak: $name', async (attack) => {
      const outcome = await world.leaks(attack);
      expect(outcome).toMatchObject({ leaked: false });
      // The repository may answer with the own documents; the other nets can only refuse.
      if (net !== 'repository') expect(outcome).toMatchObject({ stoppedBy: net });
    });

    const unseen = CORPUS.filter(({ blind }) => blind?.[net] !== undefined);
    if (unseen.length > 0) {
      // When a net begins to stop one of these, this fails and the table is corrected.
      it.each(unseen)('does not see class $leak: $name', async (attack) => {
        expect(await world.leaks(attack)).toMatchObject({ leaked: true });
      });
    }
  });

  describe('With all three', () => {
    within(NETS);
    it.each(CORPUS)('stopped is class $leak: $name', async (attack) => {
      expect(await world.leaks(attack)).toMatchObject({ leaked: false });
    });
  });

  describe('What another net stops on the repository’s way', () => {
    within(['schema', 'wire']);
    it.each(['find of everything', 'stream', 'updateMany', 'count'])('is audited: %s', async (name) => {
      world.audit.violations.length = 0;
      const attack = CORPUS.filter((known) => known.name === name);
      expect(attack).toHaveLength(1);
      for (const one of attack) await world.leaks(one);
      expect(world.audit.violations).toMatchObject([{ net: 'schema', tenantId: world.owner.id }]);
    });
  });

  describe('Without a net', () => {
    within([]);
    it.each(CORPUS)('leaks class $leak: $name', async (attack) => {
      expect(await world.leaks(attack)).toMatchObject({ leaked: true });
    });
  });
});
