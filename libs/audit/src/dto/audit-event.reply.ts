import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '@financeops/core/http';
import { AUDIT_ACTIONS } from '../audit-event';

const nullableString = { type: String, nullable: true };

class AuditActorReply {
  @ApiProperty({ type: String, enum: ['user', 'api-key', 'super-admin', 'anonymous', 'system'] })
  type!: string;

  @ApiProperty({ ...nullableString, example: '665f1f77bcf86cd799439013' })
  id!: string | null;
}

class AuditResourceReply {
  @ApiProperty({ type: String, example: 'payment' })
  type!: string;

  @ApiProperty({ type: String, example: '665f1f77bcf86cd799439011' })
  id!: string;

  @ApiProperty({ ...nullableString, description: 'The user or API key that owns it', example: null })
  ownerId!: string | null;
}

class AuditEventReply {
  @ApiProperty({ type: String, example: '665f1f77bcf86cd799439077' })
  id!: string;

  @ApiProperty({
    ...nullableString,
    description: 'null: an event of the platform',
    example: '665f1f77bcf86cd799439000',
  })
  tenantId!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Place in the chain, from 1; null until it has one, a second or two',
    example: 42,
  })
  seq!: number | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  at!: string;

  @ApiProperty({ type: String, enum: AUDIT_ACTIONS, example: 'payment.read' })
  action!: string;

  @ApiProperty({ type: String, enum: ['allowed', 'denied'] })
  outcome!: string;

  @ApiProperty({ type: AuditActorReply })
  actor!: AuditActorReply;

  @ApiProperty({ type: AuditResourceReply, nullable: true })
  resource!: AuditResourceReply | null;

  @ApiProperty({ ...nullableString, example: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed' })
  requestId!: string | null;

  @ApiProperty({ type: Object, additionalProperties: true, example: {} })
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
