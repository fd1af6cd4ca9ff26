import { placeTenants } from '../../testing/isolation.fixture';

placeTenants('dedicated');

describe('on databases of their own', () => {
  jest.requireActual('../../proofs/property/isolation.property.int-spec');
});
