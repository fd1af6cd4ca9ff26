import { tenantFilter } from './filter.rules';
import { switchNetsOff, type NetsOff } from '../net-switches';
import { protectPipeline } from './pipeline.rules';
import { repositoryNet } from './repository-net';
import { scrubDocument, scrubUpdate } from './update.rules';

describe('The first net', () => {
  it('checks filters, documents, updates and pipelines', () => {
    expect(repositoryNet()).toEqual({ tenantFilter, scrubDocument, scrubUpdate, protectPipeline });
  });

  it('gives way to its stand-in alone, for as long as that is there', () => {
    const standIn = { ...repositoryNet() };
    const during = (nets: NetsOff) => {
      const switchOn = switchNetsOff(nets);
      const net = repositoryNet();
      switchOn();
      return net;
    };
    expect(during({ repository: standIn })).toBe(standIn);
    expect(during({ schema: true, wire: true })).toBe(repositoryNet());
    expect(repositoryNet()).not.toBe(standIn);
  });
});
