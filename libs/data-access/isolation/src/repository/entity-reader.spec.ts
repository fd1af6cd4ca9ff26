import { Schema as Decorated } from '@nestjs/mongoose';
import mongoose, { Schema, Types } from 'mongoose';
import { entityReader, toObjectId } from './entity-reader';

@Decorated()
class Order {
  amount!: bigint;

  isLarge(): boolean {
    return this.amount > 1_000n;
  }
}

const line = new Schema({ price: Schema.Types.BigInt, count: Number });
const schema = new Schema({
  amount: Schema.Types.BigInt,
  note: String,
  total: { net: Schema.Types.BigInt, text: String },
  lines: [line],
  first: line,
});
const read = entityReader(Order, schema);
/** A 64-bit integer as the driver hands it over when it is beyond 2^53. */
const long = (value: bigint) => mongoose.mongo.Long.fromBigInt(value);

describe('What MongoDB returned', () => {
  it('becomes an instance of the entity, with its methods', () => {
    const order = read({ amount: 1_001 });
    expect(order).toBeInstanceOf(Order);
    expect(order.isLarge()).toBe(true);
  });

  it('has its 64-bit integers exact, wherever the schema has them, and its other numbers as they were', () => {
    const beyond = 2n ** 62n + 1n;
    expect(
      read({
        amount: long(beyond),
        note: 'n',
        total: { net: 5, text: 't' },
        lines: [
          { price: 7, count: 2 },
          { price: long(-beyond), count: 3 },
        ],
        first: { price: 0, count: 1 },
      }),
    ).toEqual(
      Object.assign(new Order(), {
        amount: beyond,
        note: 'n',
        total: { net: 5n, text: 't' },
        lines: [
          { price: 7n, count: 2 },
          { price: -beyond, count: 3 },
        ],
        first: { price: 0n, count: 1 },
      }),
    );
  });

  it('may lack any of them, or hold none: a projection, an older document', () => {
    expect({ ...read({}) }).toEqual({});
    expect({ ...read({ amount: null, total: null, lines: [], first: undefined }) }).toEqual({
      amount: null,
      total: null,
      lines: [],
      first: undefined,
    });
    expect({ ...read({ amount: 'text', total: 'text', lines: [null, { count: 1 }] }) }).toEqual({
      amount: 'text',
      total: 'text',
      lines: [null, { count: 1 }],
    });
    expect({ ...read({ amount: 3n, total: new Date(0) }) }).toEqual({ amount: 3n, total: new Date(0) });
  });
});

describe('An id as callers give it', () => {
  it('is an ObjectId, or its 24 hex digits in any case', () => {
    const id = new Types.ObjectId('5a'.repeat(12));
    expect(toObjectId(id)).toBe(id);
    expect(toObjectId('5a'.repeat(12))).toEqual(id);
    expect(toObjectId('5A'.repeat(12))).toEqual(id);
  });

  it.each([
    '',
    '5a',
    '5a'.repeat(13),
    `x${'5a'.repeat(12)}`,
    `${'5a'.repeat(12)}\n`,
    'g'.repeat(24),
    'twelve bytes',
  ])('%j is none: nothing has it', (text) => {
    expect(toObjectId(text)).toBeNull();
  });
});
