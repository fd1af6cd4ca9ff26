import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** Which tenant's key a prefix is. Written once with the key and never changed: all else about a key is tenant data. */
@Schema({ collection: 'api_key_index', versionKey: false })
export class ApiKeyIndexEntry {
  /** The key's prefix: so it is unique over all tenants. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: MongooseSchema.Types.ObjectId, required: true })
  tenantId!: Types.ObjectId;
}

export const ApiKeyIndexSchema = declareShared(
  SchemaFactory.createForClass(ApiKeyIndexEntry),
  'The API key index: a key is looked up before any tenant is known, and tells whose it is.',
);
