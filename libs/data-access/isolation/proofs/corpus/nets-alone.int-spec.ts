import { PLACEMENTS } from '@financeops/tenancy/context';
import type { Net } from '../../src/audit/isolation.errors';
import { switchNetsOff, type NetsOff } from '../../src/net-switches';
import { CORPUS } from './corpus';
import { aCorpusWorld } from './corpus-world';
import { UNBOUND_REPOSITORY } from './unbound-repository';

const ALL_OFF: Required<NetsOff> = { repository: UNBOUND_REPOSITORY, schema: true, wire: true };
const allBut = (net: Net): NetsOff => ({ ...ALL_OFF, [net]: undefined });

describe.each(PLACEMENTS)('The corpus of leaks, for a %s tenant', (placement) => {
  let world: Awaited<ReturnType<typeof aCorpusWorld>>;
  let switchOn: () => void = () => undefined;
  beforeAll(async () => {
    world = await aCorpusWorld(placement);
  });
  afterAll(() => world.close());
  afterEach(() => switchOn());

  describe.each<[string, Net]>([
    ['The repository alone', 'repository'],
    ['The guard of the schema alone', 'schema'],
    ['The wire probe alone', 'wire'],
  ])('%s', (_name, net) => {
    const seen = CORPUS.filter(({ blind }) => blind?.[net] === undefined);
    it.each(seen)('stops class $leak: $name', async (attack) => {
      switchOn = switchNetsOff(allBut(net));
      const outcome = await world.leaks(attack);
      expect(outcome).toMatchObject({ leaked: false });
      // The repository may answer with the own documents; the others have nothing else than to refuse.
      if (net !== 'repository') expect(outcome).toMatchObject({ stoppedBy: net });
    });

    const unseen = CORPUS.filter(({ blind }) => blind?.[net] !== undefined);
    if (unseen.length > 0) {
      // Should the net stop one of these some day, the table is to say so.
      it.each(unseen)('does not see class $leak: $name', async (attack) => {
        switchOn = switchNetsOff(allBut(net));
        const outcome = await world.leaks(attack);
        expect(outcome).toMatchObject({ leaked: true });
      });
    }
  });

  describe('With all three', () => {
    it.each(CORPUS)('stopped is class $leak: $name', async (attack) => {
      expect(await world.leaks(attack)).toMatchObject({ leaked: false });
    });
  });

  describe('What another net stops on the repository’s way', () => {
    it.each(['find of everything', 'stream', 'updateMany', 'count'])('is audited: %s', async (name) => {
      switchOn = switchNetsOff({ repository: UNBOUND_REPOSITORY });
      world.audit.violations.length = 0;
      await world.leaks(CORPUS.find((attack) => attack.name === name)!);
      expect(world.audit.violations).toMatchObject([{ net: 'schema', tenantId: world.owner.id }]);
    });
  });

  describe('Without a net', () => {
    it.each(CORPUS)('leaks class $leak: $name', async (attack) => {
      switchOn = switchNetsOff(ALL_OFF);
      expect(await world.leaks(attack)).toMatchObject({ leaked: true });
    });
  });
});
