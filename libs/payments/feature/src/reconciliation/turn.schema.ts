import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { declareShared } from '@financeops/core/mongo';

/** Work that is done once every so often, by one of many processes. */
@Schema({ collection: 'turns', versionKey: false })
export class Turn {
  /** The work's name. */
  @Prop({ type: String, required: true })
  _id!: string;

  /** From then on it is anybody's again. */
  @Prop({ type: Date, required: true })
  nextAt!: Date;
}

export const TurnSchema = declareShared(
  SchemaFactory.createForClass(Turn),
  'Which process does which of the platform’s own regular work; no tenant’s data.',
);
