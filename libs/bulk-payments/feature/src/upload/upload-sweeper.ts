import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { TenantContextService } from '@financeops/tenancy/context';
import { TenantDirectory } from '@financeops/tenancy/directory';
import { BulkItemRepository } from '../items/bulk-item.repository';
import { BulkUploads } from './bulk-uploads';

const SWEEP_EVERY_MS = 15_000;

/** Removes the lines of files whose upload broke off with its process. */
@Injectable()
export class UploadSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(UploadSweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private pass: Promise<void> | undefined;

  constructor(
    private readonly uploads: BulkUploads,
    private readonly items: BulkItemRepository,
    private readonly directory: TenantDirectory,
    private readonly contexts: TenantContextService,
  ) {}

  onApplicationBootstrap(): void {
    const look = () => {
      this.sweep().catch((error: unknown) =>
        // MongoDB is away: what is left over stays so until it is back.
        this.logger.warn({ err: error }, 'the look for broken uploads failed'),
      );
    };
    look();
    this.timer = setInterval(look, SWEEP_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.pass?.catch(() => undefined);
  }

  /** Removes everything that is abandoned at the time `now` (milliseconds since the epoch). */
  sweep(now: number = Date.now()): Promise<void> {
    this.pass ??= this.drain(now).finally(() => (this.pass = undefined));
    return this.pass;
  }

  private async drain(now: number): Promise<void> {
    for (;;) {
      const upload = await this.uploads.takeAbandoned(now);
      if (upload === null) return;
      const tenant = await this.directory.findById(upload.tenantId);
      if (tenant !== null) {
        await this.contexts.run({ tenant, resolvedVia: 'job', resolvedAt: Date.now() }, () =>
          this.items.discard(upload._id),
        );
      }
      await this.uploads.forget(upload._id);
      this.logger.log(
        { tenantId: upload.tenantId, uploadId: upload._id.toHexString() },
        'a broken upload was swept away',
      );
    }
  }
}
