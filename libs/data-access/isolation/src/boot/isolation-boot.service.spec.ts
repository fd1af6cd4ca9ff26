import mongoose, { Schema, type Connection } from 'mongoose';
import type { BypassRoutes } from '../bypass/bypass-routes';
import { prepareCollections } from '../placement/collection-builder';
import { IsolationBootService } from './isolation-boot.service';
import type { ModelHolders } from './model-holders';
import { invoiceSchema, Invoice } from '../../testing/isolation.fixture';

jest.mock('../placement/collection-builder');

describe('IsolationBootService', () => {
  const prepared = jest.mocked(prepareCollections);
  beforeEach(() => void prepared.mockReset().mockResolvedValue());

  /** A connection that never opens. */
  const boot = async (
    prepare: (connection: Connection) => unknown,
    routes: string[] = [],
    holders: string[] = [],
  ): Promise<Connection> => {
    const connection = mongoose.createConnection();
    prepare(connection);
    const service = new IsolationBootService(
      connection,
      { faults: () => routes } as BypassRoutes,
      {
        faults: () => holders,
      } as ModelHolders,
    );
    await service.onApplicationBootstrap();
    return connection;
  };
  const model = (connection: Connection) => connection.model(Invoice.name, invoiceSchema());

  it('makes collections and indexes when nothing is amiss', async () => {
    const connection = await boot(model);
    expect(prepared.mock.calls).toEqual([[connection]]);
  });

  it('fails while they can’t be made', async () => {
    prepared.mockRejectedValueOnce(new Error('no MongoDB'));
    await expect(boot(model)).rejects.toThrow('no MongoDB');
  });

  it('names every fault of the schemas and the bypasses at once, and makes nothing', async () => {
    const faulty = boot(
      (connection) => {
        connection.model('Note', new Schema({ text: String }, { collection: 'notes' }));
        connection.model('Memo', new Schema({ text: String }, { collection: 'memos' }));
      },
      ['Things.read: a bypass needs a reason'],
    );
    await expect(faulty).rejects.toThrow(
      /^Tenant isolation is not complete:\n- Note \(notes\): .*\n- Memo \(memos\): .*\n- Things\.read: a bypass needs a reason$/,
    );
    expect(prepared).not.toHaveBeenCalled();
  });

  it('fails for the holder of a model alone', async () => {
    await expect(boot(model, [], ['Reports: no'])).rejects.toThrow(
      /^Tenant isolation is not complete:\n- Reports: no$/,
    );
    expect(prepared).not.toHaveBeenCalled();
  });

  it('fails for a bypass alone', async () => {
    await expect(boot(model, ['Things.read: no'])).rejects.toThrow(
      /^Tenant isolation is not complete:\n- Things\.read: no$/,
    );
    expect(prepared).not.toHaveBeenCalled();
  });
});
