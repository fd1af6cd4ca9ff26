import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsMongoId, IsOptional, IsString } from 'class-validator';
import { IsBound, PageQuery, parseBound } from '@financeops/core/http';
import { AUDIT_ACTIONS, type AuditAction } from '../audit-event';
import type { AuditFilters } from '../audit-query.rules';

const ID = 'must be an id of 24 hex digits';
const idProperty = (description: string) => ({ type: String, pattern: '^[0-9a-fA-F]{24}$', description });

/** What an audit log can be searched by; all that are given must hold. */
export class AuditEventsQuery extends PageQuery {
  @ApiPropertyOptional(idProperty('Events by this user, API key or super-admin'))
  @IsOptional()
  @IsString()
  @IsMongoId({ message: ID })
  userId?: string;

  @ApiPropertyOptional(idProperty('Events that concern this resource, including lists that contain it'))
  @IsOptional()
  @IsString()
  @IsMongoId({ message: ID })
  resourceId?: string;

  @ApiPropertyOptional(idProperty('Events that concern resources of other owners than this one'))
  @IsOptional()
  @IsString()
  @IsMongoId({ message: ID })
  resourceOwnerNot?: string;

  @ApiPropertyOptional({ type: String, enum: AUDIT_ACTIONS })
  @IsOptional()
  @IsIn(AUDIT_ACTIONS, { message: 'is not an action of the audit log' })
  action?: AuditAction;

  @IsBound('inclusive')
  from?: string;

  @IsBound('exclusive')
  to?: string;
}

/** The operator's: the platform's own log, or one tenant's. */
export class AdminAuditEventsQuery extends AuditEventsQuery {
  @ApiPropertyOptional(idProperty("Events of this tenant. Defaults to the platform's own."))
  @IsOptional()
  @IsString()
  @IsMongoId({ message: ID })
  tenantId?: string;
}

const instant = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : (parseBound(text) ?? undefined);

const id = (text: string | undefined): string | undefined => text?.toLowerCase();

export const filtersOf = (query: AuditEventsQuery): AuditFilters => ({
  userId: id(query.userId),
  resourceId: id(query.resourceId),
  resourceOwnerNot: id(query.resourceOwnerNot),
  action: query.action,
  from: instant(query.from),
  to: instant(query.to),
});
