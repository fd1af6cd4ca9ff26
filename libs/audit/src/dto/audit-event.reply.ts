import { ApiProperty } from '@nestjs/swagger';
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

  @ApiProperty({ ...nullableString, description: 'The user or API key that it belongs to' })
  ownerId!: string | null;
}

class AuditEventReply {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ ...nullableString, description: "Whose log; null is the platform's own" })
  tenantId!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Place in the chain, from 1; null for a second or so',
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

  @ApiProperty({ ...nullableString, description: 'Hash of the event before it' })
  prevHash!: string | null;

  @ApiProperty({ ...nullableString, description: 'HMAC-SHA-256 of the event, its place and prevHash, hex' })
  hash!: string | null;
}

export class AuditEventsReply {
  @ApiProperty({ type: [AuditEventReply] })
  data!: AuditEventReply[];

  @ApiProperty(nullableString)
  nextCursor!: string | null;
}

class ChainBreakReply {
  @ApiProperty({ ...nullableString, description: 'The event at which it shows; null where there is none' })
  id!: string | null;

  @ApiProperty({ type: 'integer' })
  seq!: number;

  @ApiProperty({ type: String, enum: ['missing', 'altered', 'out-of-order', 'head'] })
  reason!: string;
}

export class AuditVerdictReply {
  @ApiProperty({ type: Boolean })
  valid!: boolean;

  @ApiProperty({ type: 'integer', description: 'Events found in their place' })
  checked!: number;

  @ApiProperty({ type: ChainBreakReply, nullable: true })
  firstBroken!: ChainBreakReply | null;
}
