import { placeTenants } from '../isolation.fixture';

placeTenants('dedicated');

describe('on databases of their own', () => {
  jest.requireActual('../isolation.property.int-spec');
});
