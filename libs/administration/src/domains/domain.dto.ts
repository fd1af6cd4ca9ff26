import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '@financeops/core/http';
import { IsString, Length } from 'class-validator';
import type { CustomDomain } from '@financeops/tenancy/directory';
import { challengeName } from './domain.rules';

export class AddDomainDto {
  @ApiProperty({ type: String, maxLength: 253, example: 'pay.first-bank.example' })
  @IsString()
  @Length(1, 253)
  domain!: string;
}

class VerificationView {
  @ApiProperty({ enum: ['TXT'], description: 'Type of the DNS record to create' })
  type!: 'TXT';

  @ApiProperty({ example: '_financeops-challenge.pay.first-bank.example' })
  name!: string;

  @ApiProperty({ example: 'financeops-verification=5f2b…' })
  value!: string;
}

export class DomainView {
  @ApiProperty({ example: 'pay.first-bank.example' })
  domain!: string;

  @ApiProperty({ enum: ['PENDING', 'VERIFIED'] })
  status!: 'PENDING' | 'VERIFIED';

  @ApiProperty({ type: VerificationView })
  verification!: VerificationView;
}

export class DomainPage extends PageOf(DomainView) {}

export const domainView = ({ domain, verifiedAt, challenge }: CustomDomain): DomainView => ({
  domain,
  status: verifiedAt === null ? 'PENDING' : 'VERIFIED',
  verification: { type: 'TXT', name: challengeName(domain), value: challenge },
});
