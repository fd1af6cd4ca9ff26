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

/** Removes the lines of uploads whose process died. */
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
    const sweep = () => {
      this.sweep().catch((error: unknown) =>
        // MongoDB is unavailable; the next sweep tries again.
        this.logger.warn({ err: error }, 'Removing abandoned uploads failed'),
      );
    };
    sweep();
    this.timer = setInterval(sweep, SWEEP_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.pass?.catch(() => undefined);
  }

  /** Removes every upload whose lease has expired at `now` (milliseconds since the epoch). */
  sweep(now: number = Date.now()): Promise<void> {
    this.pass ??= this.drain(now).finally(() => (this.pass = undefined));
    return this.pass;
  }

  private async drain(now: number): Promise<void> {
    for (;;) {
      const upload = await this.uploads.claimAbandoned(now);
      if (upload === null) return;
      const tenant = await this.directory.findById(upload.tenantId);
      if (tenant !== null) {
        await this.contexts.run({ tenant, resolvedVia: 'job', resolvedAt: Date.now() }, () =>
          this.items.discard(upload._id),
        );
      }
      await this.uploads.remove(upload._id);
      this.logger.log(
        { tenantId: upload.tenantId, uploadId: upload._id.toHexString() },
        'Abandoned upload removed',
      );
    }
  }
}
