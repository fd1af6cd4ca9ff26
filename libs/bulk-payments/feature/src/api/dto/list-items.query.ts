import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '@financeops/core/http';
import { ITEM_STATUSES, type ItemStatus } from '../../items/item-status.rules';

export class ListItemsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ITEM_STATUSES, example: 'REJECTED' })
  @IsOptional()
  @IsIn(ITEM_STATUSES, { message: `must be one of ${ITEM_STATUSES.join(', ')}` })
  status?: ItemStatus;
}
