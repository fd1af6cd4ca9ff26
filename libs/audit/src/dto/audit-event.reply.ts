import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '@financeops/core/http';
import { AUDIT_ACTIONS } from '../audit-event';

const nullableString = { type: String, nullable: true };

class AuditActorReply {
  @ApiProperty({ type: String, enum: ['user', 'api-key', 'super-admin', 'anonymous', 'system'] })
  type!: string;

  @ApiProperty(nullableString)
  id!: string | null;
}

class AuditResourceReply {
  @ApiProperty({ type: String, example: 'payment' })
  type!: string;

  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ ...nullableString, description: 'The user or API key that owns it' })
  ownerId!: string | null;
}

class AuditEventReply {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ ...nullableString, description: 'null: an event of the platform' })
  tenantId!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Place in the chain, from 1; null until it has one, a second or two',
  })
  seq!: number | null;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, enum: AUDIT_ACTIONS })
  action!: string;

  @ApiProperty({ type: String, enum: ['allowed', 'denied'] })
  outcome!: string;

  @ApiProperty({ type: AuditActorReply })
  actor!: AuditActorReply;

  @ApiProperty({ type: AuditResourceReply, nullable: true })
  resource!: AuditResourceReply | null;

  @ApiProperty(nullableString)
  requestId!: string | null;

  @ApiProperty({ type: Object, additionalProperties: true })
  details!: Record<string, unknown>;

  @ApiProperty({ ...nullableString, description: 'Hash of the previous event' })
  prevHash!: string | null;

  @ApiProperty({ ...nullableString, description: 'HMAC-SHA-256 of the event, `seq` and `prevHash`, in hex' })
  hash!: string | null;
}

export class AuditEventsReply extends PageOf(AuditEventReply) {}

class ChainBreakReply {
  @ApiProperty({ ...nullableString, description: 'The event; null if it is missing' })
  id!: string | null;

  @ApiProperty({ type: 'integer' })
  seq!: number;

  @ApiProperty({ type: String, enum: ['missing', 'altered', 'out-of-order', 'head'] })
  reason!: string;
}

export class AuditVerdictReply {
  @ApiProperty({ type: Boolean })
  valid!: boolean;

  @ApiProperty({ type: 'integer', description: 'Number of events that are in order' })
  checked!: number;

  @ApiProperty({ type: ChainBreakReply, nullable: true })
  firstBroken!: ChainBreakReply | null;
}
