import { goalTable } from './goals';
import { table } from './table';

describe('table', () => {
  it('is Markdown, with figures to the right', () => {
    expect(
      table(
        ['what', 'a second'],
        [
          ['ours', '1,234'],
          ['theirs', '5'],
        ],
      ),
    ).toBe(
      [
        '| what   | a second |',
        '| ------ | -------: |',
        '| ours   |    1,234 |',
        '| theirs |        5 |',
      ].join('\n'),
    );
  });
});

describe('goalTable', () => {
  it('tells what is reached by the figures as they are printed', () => {
    const lines = goalTable([
      { what: 'faster', measured: 2.196, atLeast: 2.2 },
      { what: 'slower', measured: 2.19, atLeast: 2.2 },
      { what: 'less', measured: 0.46, atMost: 0.45 },
    ]).split('\n');
    expect(lines.slice(2).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      '| faster | >= 2.20 | 2.20 | yes |',
      '| slower | >= 2.20 | 2.19 | no |',
      '| less | <= 0.45 | 0.46 | no |',
    ]);
  });
});
