import { withSection } from './document';

const document = `# Performance

Written by a person.

<!-- bench:limiter, written by npm run bench -- --write -->
<!-- /bench:limiter -->

More by a person.
`;

describe('withSection', () => {
  it('replaces what stands between the marks, and nothing else', () => {
    const first = withSection(document, 'limiter', 'old figures');
    const second = withSection(first, 'limiter', '| new |\n| --- |');
    expect(first).toContain('old figures');
    expect(second).not.toContain('old figures');
    expect(second).toContain(
      '--write -->\n\n| new |\n| --- |\n\n<!-- /bench:limiter -->\n\nMore by a person.\n',
    );
    expect(second.startsWith('# Performance\n\nWritten by a person.\n')).toBe(true);
  });

  it('says which place is missing', () => {
    expect(() => withSection(document, 'http', 'figures')).toThrow('bench:http');
  });
});
