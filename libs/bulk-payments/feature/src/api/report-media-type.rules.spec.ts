import { acceptableReports } from './report-media-type.rules';

describe('The report that a client accepts', () => {
  it.each([
    [undefined, ['json', 'xml']],
    ['*/*', ['json', 'xml']],
    ['application/xml', ['xml']],
    ['application/json', ['json']],
    ['application/xml, application/json;q=0.5', ['xml', 'json']],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', ['xml', 'json']],
    ['application/json;q=0, */*', ['xml']],
    ['APPLICATION/XML; q=1', ['xml']],
    ['text/html', []],
  ])('%s: %j', (accept, kinds) => expect(acceptableReports(accept)).toEqual(kinds));
});
