/** POST /v1/payments at its barest: Fastify and the driver, one transaction that inserts the document. No questions asked. */
import fastify from 'fastify';
import { Long, MongoClient, ObjectId } from 'mongodb';
import { setting } from './environment';
import { named } from './named-tenant';

interface Order {
  reference: string;
  amount: number;
  currency: string;
  method: string;
}

/** The platform's document. */
const toDocument = (order: Order, tenantId: string) => {
  const now = new Date();
  return {
    _id: new ObjectId(),
    tenantId: new ObjectId(tenantId),
    reference: order.reference,
    amount: Long.fromNumber(order.amount),
    currency: order.currency,
    status: 'COMPLETED',
    method: order.method,
    gateway: 'simulator',
    description: null,
    metadata: [],
    amountCaptured: Long.fromNumber(order.amount),
    amountRefunded: Long.ZERO,
    failure: null,
    createdBy: tenantId,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    deletedBy: null,
  };
};

const main = async (): Promise<void> => {
  const client = await MongoClient.connect(setting('MONGODB_URI'));
  const payments = client.db().collection('bare_payments');
  await payments.createIndex({ tenantId: 1, reference: 1 }, { unique: true });
  await payments.createIndex({ tenantId: 1, status: 1, createdAt: -1, _id: -1 });
  const app = fastify();
  app.get('/v1/me', () => ({ status: 'ok' }));
  app.post<{ Body: Order }>('/v1/payments', async (request, reply) => {
    const document = toDocument(request.body, named(request));
    await client.withSession((session) =>
      session.withTransaction(() => payments.insertOne(document, { session }), {
        writeConcern: { w: 'majority' },
      }),
    );
    const {
      _id,
      tenantId,
      amount,
      amountCaptured,
      amountRefunded,
      deletedBy: _deletedBy,
      ...rest
    } = document;
    const amounts = [amount, amountCaptured, amountRefunded].map((value) => value.toNumber());
    return reply.code(201).send({ id: _id, tenantId, ...rest, amounts });
  });
  await app.listen({ port: Number(setting('PORT')), host: '127.0.0.1' });
};

void main();
