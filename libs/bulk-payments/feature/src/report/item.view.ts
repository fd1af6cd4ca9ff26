import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '@financeops/core/http';
import { toJsonInteger } from '@financeops/core/money';
import type { BulkItem } from '../items/bulk-item.schema';
import { BulkPaymentView } from './bulk.view';
import { errorOf, ITEM_STATUSES, statusOfItem, type ItemStatus } from '../items/item-status.rules';

class CreditorView {
  @ApiProperty({ type: String, nullable: true, example: 'Muster GmbH' })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'DE75512108001245126199' })
  iban!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'SOGEDEFFXXX' })
  bic!: string | null;
}

class ItemErrorView {
  @ApiProperty({ type: String, example: 'card_declined' })
  code!: string;

  @ApiProperty({ type: String, example: 'The card was declined.' })
  message!: string;

  @ApiProperty({ type: String, nullable: true, description: 'JSON pointer into the line', example: null })
  pointer!: string | null;
}

export class BulkItemView {
  @ApiProperty({ type: 'integer', description: 'Line of the file on which it starts, from 1', example: 42 })
  line!: number;

  @ApiProperty({ type: String, example: '665f1f77bcf86cd799439011-1' })
  reference!: string;

  @ApiProperty({ type: String, nullable: true, example: 'INV-2026-0042' })
  endToEndId!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'In minor units; null if not readable',
    example: 1250,
  })
  amount!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'EUR' })
  currency!: string | null;

  @ApiProperty({ type: CreditorView })
  creditor!: CreditorView;

  @ApiProperty({ enum: ITEM_STATUSES, example: 'COMPLETED' })
  status!: ItemStatus;

  @ApiProperty({ type: String, nullable: true, example: '665f1f77bcf86cd799439033' })
  paymentId!: string | null;

  @ApiProperty({ type: ItemErrorView, nullable: true, example: null })
  error!: ItemErrorView | null;
}

/** The whole report as JSON. */
export class BulkReportView extends BulkPaymentView {
  @ApiProperty({ type: BulkItemView, isArray: true })
  items!: BulkItemView[];
}

export class BulkItemPageView extends PageOf(BulkItemView) {}

export const itemView = (item: BulkItem, granted: number): BulkItemView => {
  const error = errorOf(item, granted);
  return {
    line: item.line,
    reference: item.reference,
    endToEndId: item.endToEndId,
    amount: item.amount === null ? null : toJsonInteger(item.amount),
    currency: item.currency,
    creditor: { name: item.creditor.name, iban: item.creditor.iban, bic: item.creditor.bic },
    status: statusOfItem(item, granted),
    paymentId: item.begun ? item._id.toHexString() : null,
    error: error === null ? null : { code: error.code, message: error.message, pointer: error.pointer },
  };
};
