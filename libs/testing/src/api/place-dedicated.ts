import { ObjectId } from 'mongodb';
import type { BuiltTenant } from '../builders/a-tenant';
import type { ApiClient } from '../http/api-client';
import type { RunningApi } from './running-api';

/**
 * Gives a new tenant a database of its own, before it has more than its first ADMIN. Nothing of the platform does that to
 * a tenant that there is.
 */
export const placeDedicated = async (
  api: RunningApi,
  operator: ApiClient,
  { id, slug }: BuiltTenant,
): Promise<void> => {
  const tenantId = new ObjectId(id);
  const shared = api.db.collection('users');
  const own = api.databases.ofTenant(id).collection('users');
  await own.insertMany(await shared.find({ tenantId }).toArray());
  await shared.deleteMany({ tenantId });
  await api.db.collection('tenants').updateOne({ _id: tenantId }, { $set: { placement: 'dedicated' } });
  // Raises the revision, of which every process hears.
  const announced = await operator.patch(`/v1/admin/tenants/${id}`, { name: `Tenant ${slug}` });
  if (announced.status !== 200) throw new Error(`not placed: ${announced.status} ${announced.text}`);
};
