import { Types } from 'mongoose';
import { aTenant } from '../../testing/isolation.fixture';

const TENANT = '7e'.repeat(8);
const digits = (value: number): string => value.toString(16).padStart(8, '0');

/** 24 hex digits that no document's id and no other tenant's id shares. */
export const tenantHex = (tenant: number): string => `${TENANT}${digits(tenant)}`;
export const tenantObjectId = (tenant: number): Types.ObjectId => new Types.ObjectId(tenantHex(tenant));

/** One of ten has a database of its own. */
export const isDedicated = (tenant: number): boolean => tenant % 10 === 4;
export const fuzzTenant = (tenant: number) =>
  aTenant(tenantHex(tenant), isDedicated(tenant) ? 'dedicated' : 'shared');

/** The same script makes the same ids: `at` is the operation's place in it, `nth` the document's in the operation. */
export const documentId = (tenant: number, at: number, nth = 0): Types.ObjectId =>
  new Types.ObjectId(`d0${digits(tenant).slice(2)}${digits(at)}${digits(nth)}`);

/** Stands in every document of the tenant, and nowhere else. */
export const markerOf = (tenant: number): string => `<marker of ${tenant}>`;

const MARKER = /<marker of (\d+)>/;

/** The first sign of another tenant in what an operation gave back, or `null`. */
export const foreignSign = (value: unknown, tenant: number): string | null => {
  if (typeof value === 'string') {
    const owner = MARKER.exec(value)?.[1];
    return owner !== undefined && owner !== String(tenant) ? value : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if (value instanceof Types.ObjectId) {
    const hex = value.toHexString();
    return hex.startsWith(TENANT) && hex !== tenantHex(tenant) ? hex : null;
  }
  for (const inner of Object.values(value)) {
    const sign = foreignSign(inner, tenant);
    if (sign !== null) return sign;
  }
  return null;
};
