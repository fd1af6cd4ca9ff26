import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** A tenant with files to be paid. Turns go round by tenant, so that one with large files doesn't hold up the others. */
@Schema({ collection: 'bulk_turns', versionKey: false })
export class BulkTurn {
  /** The tenant's id. */
  @Prop({ type: String, required: true })
  _id!: string;

  /** When it had its last turn: who has waited longest is next. */
  @Prop({ type: Date, required: true })
  turnAt!: Date;

  /** Until then a worker is at it; after that it counts as dead, and another may take over. */
  @Prop({ type: Date, required: true })
  leaseUntil!: Date;

  /**
   * Another with every file, so that the end of the work and the arrival of more can't miss each other. Never the same again,
   * as a count would be once the turn has been removed: a worker that was paused would end work it hasn't seen.
   */
  @Prop({ type: Types.ObjectId, required: true })
  lastArrival!: Types.ObjectId;
}

export const BulkTurnSchema = declareShared(
  SchemaFactory.createForClass(BulkTurn),
  'Workers look for whose turn it is among all tenants; ids and a lease, none of the tenant’s data.',
);
BulkTurnSchema.index({ leaseUntil: 1, turnAt: 1 }); // take
