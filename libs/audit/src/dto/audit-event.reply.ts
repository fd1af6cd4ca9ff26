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
}

export class AuditEventsReply {
  @ApiProperty({ type: [AuditEventReply] })
  data!: AuditEventReply[];

  @ApiProperty(nullableString)
  nextCursor!: string | null;
}
