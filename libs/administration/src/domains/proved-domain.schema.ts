import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** One proved owner a domain: the id is the domain. */
@Schema({ collection: 'proved_domains', versionKey: false })
export class ProvedDomain {
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: MongooseSchema.Types.ObjectId, required: true })
  owner!: Types.ObjectId;
}

export const ProvedDomainSchema = declareShared(
  SchemaFactory.createForClass(ProvedDomain),
  'Says which tenant a proved domain belongs to, so that no two have one: unique across tenants by its nature.',
);
