/** What every server answers: of the size of the platform's own reply to GET /v1/me. */
export const meView = (userId: string, tenant: { id: string; slug: string; tier: string }) => ({
  principal: { type: 'user', id: userId, email: `admin@${tenant.slug}.example`, role: 'ADMIN' },
  tenant: { ...tenant, features: FEATURES },
  resolvedVia: 'jwt',
});

const FEATURES = ['payments', 'bulk_payments', 'analytics', 'custom_workflows', 'white_label', 'api_access'];
