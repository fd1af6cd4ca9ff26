export { FailureLimiter } from './failure-limiter.service';
export { AnonymousRateLimitGuard } from './guards/anonymous-rate-limit.guard';
export { RateLimitGuard } from './guards/rate-limit.guard';
export { RateLimit, SkipRateLimit } from './rate-limit.decorators';
export { RateLimitModule } from './rate-limit.module';
export { RateLimiterService } from './rate-limiter.service';
export { UncountedCalls } from './uncounted-calls';
export { RefusalReport, type RateLimitRefusal } from './refusal-report';
