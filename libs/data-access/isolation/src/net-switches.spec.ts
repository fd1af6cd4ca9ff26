import { netsOff, switchNetsOff } from './net-switches';

describe('switchNetsOff', () => {
  it('gives back what switches them on again', () => {
    const switchOn = switchNetsOff({ schema: true, wire: true });
    expect(netsOff()).toEqual({ schema: true, wire: true });
    switchOn();
    expect(netsOff()).toEqual({});
  });

  it.each(['production', 'development', undefined])('refuses in a process of NODE_ENV %s', (environment) => {
    const environmentOfTests = jest.replaceProperty(process, 'env', {
      ...process.env,
      NODE_ENV: environment,
    });
    try {
      expect(() => switchNetsOff({ wire: true })).toThrow('in tests alone');
      expect(netsOff()).toEqual({});
    } finally {
      environmentOfTests.restore();
    }
  });
});
