import { AsyncLocalStorage } from 'node:async_hooks';

export interface Tenant {
  id: string;
  slug: string;
  tier: string;
  isActive: boolean;
}

export const tenants = new AsyncLocalStorage<Tenant>();
