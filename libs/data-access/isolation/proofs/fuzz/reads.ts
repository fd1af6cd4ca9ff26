import type { Invoice } from '../../testing/isolation.fixture';
import type { TenantPage } from '../../src/repository/tenant-aware.repository';
import type { TenantFindOptions } from '../../src/repository/tenant-types';
import { filterCase } from './filters';
import type { Operation } from './operation';
import { byReference, viewOf, type Kept, type View } from './shelf';
import { hostile, type Situation, type Step, type StepMaker } from './step';

const UPWARDS = { reference: 1 } as const;

/** What a `find` asks, and the documents that it must bring. */
const asked = (operation: Operation, situation: Situation) => {
  const { filter, meets, refused } = filterCase(operation, situation);
  const includeDeleted = operation.dial % 4 === 0;
  const met = situation.shelf.documents(includeDeleted ? 'any' : 'live').filter(meets);
  return { find: { filter, includeDeleted }, met, refused };
};

const views = (found: readonly Invoice[]): View[] => found.map(viewOf).sort(byReference);
const shown = (shelf: Situation['shelf'], met: readonly Kept[]): View[] =>
  met.map((kept) => shelf.shown(kept));

/** Options that nobody offers; Mongoose would know them. */
const SMUGGLED = {
  populate: 'parentId',
  middleware: false,
  strictQuery: false,
  comment: 'x',
  tailable: true,
};

const find: StepMaker = (operation, situation) => {
  const { find: given, met, refused } = asked(operation, situation);
  const { dial } = operation;
  const page = dial % 3 === 0 ? { sort: UPWARDS, limit: 1 + (dial % 5), skip: dial % 2 } : undefined;
  const options = hostile<TenantFindOptions<Invoice>['options']>(
    dial % 7 === 0 ? { ...SMUGGLED, ...page } : { ...page },
  );
  const wanted = page === undefined ? met : met.slice(page.skip, page.skip + page.limit);
  return {
    method: 'find',
    ask: () => situation.repository.find({ ...given, options }),
    refused,
    settle: (found: Invoice[]) => [views(found), shown(situation.shelf, wanted)],
  };
};

const findOne: StepMaker = (operation, situation) => {
  const { find: given, met, refused } = asked(operation, situation);
  return {
    method: 'findOne',
    ask: () =>
      situation.repository.findOne({
        ...given,
        projection: { amount: 0, metadata: 0 },
        options: { sort: UPWARDS },
      }),
    refused,
    settle: (found: Invoice | null) => [
      found && { id: found._id.toString(), amount: found.amount, metadata: found.metadata },
      met[0] === undefined ? null : { id: met[0].id, amount: undefined, metadata: undefined },
    ],
  };
};

const findById: StepMaker = ({ reference, dial }, { shelf, theirs, repository }) => {
  const own = shelf.of(reference);
  const includeDeleted = dial % 3 === 0;
  const id = dial % 4 === 0 ? theirs : dial % 11 === 0 ? 'no id' : (own?.id ?? theirs);
  const there = own !== undefined && own.id === id && (includeDeleted || !own.deleted);
  return {
    method: 'findById',
    ask: () => repository.findById(id, { includeDeleted }),
    settle: (found: Invoice | null) => [found && viewOf(found), there ? shelf.shown(own) : null],
  };
};

const exists: StepMaker = (operation, situation) => {
  const { find: given, met, refused } = asked(operation, situation);
  return {
    method: 'exists',
    ask: () => situation.repository.exists(given),
    refused,
    settle: (found: boolean) => [found, met.length > 0],
  };
};

const count: StepMaker = (operation, situation) => {
  const { find: given, met, refused } = asked(operation, situation);
  return {
    method: 'count',
    ask: () => situation.repository.count(given),
    refused,
    settle: (counted: number) => [counted, met.length],
  };
};

const FIELDS = ['reference', 'status', 'amount'] as const;

const distinct: StepMaker = (operation, situation) => {
  const { find: given, met, refused } = asked(operation, situation);
  const field = FIELDS[operation.dial % FIELDS.length]!;
  const texts = (values: readonly unknown[]) => [...new Set(values.map(String))].sort();
  return {
    method: 'distinct',
    ask: () => situation.repository.distinct(field, given),
    refused,
    settle: (values: unknown[]) => [texts(values), texts(met.map((kept) => kept[field]))],
  };
};

/** Page by page, to the end. */
const paginate: StepMaker = (operation, situation) => {
  const { find: given, met, refused } = asked(operation, situation);
  const limit = 1 + (operation.dial % 4);
  const { repository, shelf } = situation;
  const walk = async () => {
    const items: Invoice[] = [];
    const tooLong: number[] = [];
    let after: TenantPage<Invoice>['next'] = null;
    do {
      const page: TenantPage<Invoice> = await situation.repository.paginate({ ...given, limit, after });
      items.push(...page.items);
      if (page.items.length > limit) tooLong.push(page.items.length);
      after = page.next;
      // More than there can be: the pages go round in a circle.
    } while (after !== null && items.length < 100);
    return { items, tooLong };
  };
  const newestFirst = (items: readonly Invoice[]) =>
    items.every((item, i) => i === 0 || item.createdAt.getTime() <= items[i - 1]!.createdAt.getTime());
  const whole: Step = {
    method: 'paginate',
    ask: walk,
    refused,
    settle: ({ items, tooLong }: Awaited<ReturnType<typeof walk>>) => [
      { items: views(items), tooLong, sorted: newestFirst(items) },
      { items: shown(shelf, met), tooLong: [], sorted: true },
    ],
  };
  if (operation.dial % 5 !== 0) return whole;
  // A position that is another tenant's document: what follows is the own all the same.
  const after = { createdAt: new Date(Date.now() + 1_000), id: situation.theirs };
  return {
    method: 'paginate',
    ask: () => repository.paginate({ ...given, limit: 100, after }),
    refused,
    settle: ({ items }: TenantPage<Invoice>) => [views(items), shown(shelf, met)],
  };
};

/** Made in the tenant's context, read in another's: to its end, or left after the first document. */
const stream: StepMaker = (operation, situation) => {
  const { find: given, met, refused } = asked(operation, situation);
  const left = operation.dial % 5 === 1;
  const { shelf } = situation;
  return {
    method: 'stream',
    ask: () => {
      const documents = situation.repository.stream(given);
      return async () => {
        const found: Invoice[] = [];
        for await (const document of documents) {
          found.push(document);
          if (left) break;
        }
        return found;
      };
    },
    refused,
    settle: (found: Invoice[]) => {
      if (!left) return [views(found), shown(shelf, met)];
      const first = met.find(({ id }) => id === found[0]?._id.toString()) ?? met[0];
      return [views(found), shown(shelf, first === undefined ? [] : [first])];
    },
  };
};

export const READS = { find, findOne, findById, exists, count, distinct, paginate, stream };
