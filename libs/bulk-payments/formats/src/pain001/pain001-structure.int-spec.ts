import { join } from 'node:path';
import { type FileError } from '../payment-file';
import { STRUCTURES, type PainFormat } from './structure/versions';
import { mutantsOf } from './testing/mutations.builder';
import { refereeVerdicts } from './testing/referee';
import { sampleOf, writtenSample } from './testing/sample-tree.builder';
import { readWhole } from './testing/whole-file.builder';

const FORMATS = Object.keys(STRUCTURES) as PainFormat[];
/** Reasons of rules that go beyond the schema. */
const RULES = ['AM01', 'AM03', 'AM05', 'AM10', 'AM12', 'AM18', 'AC01', 'AC02', 'RC01', 'NARR'];
/** A prime number, so that all changes of all elements have their turn. */
const STRIDE = 97;

const errorsOf = async (xml: string): Promise<FileError[]> => {
  const { instructions, outcome } = await readWhole(xml);
  return [...outcome.errors, ...instructions.flatMap(({ errors }) => errors)];
};

/** libxml2 skips what is no character of base64; XML Schema does not. */
const isByRule = ({ reason, message }: FileError): boolean =>
  RULES.includes(reason) || message.includes('must be base64');

/** Whether an error has a position and a message. A file without instructions has no position. */
const isPrecise = (error: FileError, lines: number): boolean =>
  (error.message.startsWith('The file contains no instructions') ||
    (error.line! >= 1 && error.line! <= lines && error.pointer!.startsWith('/Document'))) &&
  error.message.length > 10 &&
  error.message.length < 400 &&
  /^[A-Z]{2}[0-9]{2}$|^NARR$/.test(error.reason);

const variants = (format: PainFormat): { what: string; xml: string }[] =>
  [0, 1, 2].flatMap((turn) =>
    mutantsOf(sampleOf(format, turn), STRIDE, turn * 31).map(({ what, root }) => ({
      what: `${format}, choice ${turn}: ${what}`,
      xml: writtenSample(format, root),
    })),
  );

describe.each(FORMATS)('the structure of %s', (format) => {
  it.each([0, 1, 2])('accepts a sample of all of its elements, choice %i', async (turn) => {
    const errors = await errorsOf(writtenSample(format, sampleOf(format, turn)));
    expect(errors.filter((error) => !isByRule(error))).toEqual([]);
  });

  it('reports each change with position and message', async () => {
    const all = variants(format);
    expect(all.length).toBeGreaterThan(200);
    for (const { what, xml } of all) {
      const vague = (await errorsOf(xml)).filter((error) => !isPrecise(error, xml.split('\n').length));
      expect([what, vague]).toEqual([what, []]);
    }
  });
});

/** With the published schemas at hand, libxml2 has to agree. They are not ours to hand on. */
const samples = process.env.PAYMENT_SAMPLES_DIR;
if (samples !== undefined)
  describe.each(FORMATS)('compared with the published schema, %s', (format) => {
    it('refuses whatever the schema refuses, and more only by named rules', async () => {
      const plain = [0, 1, 2].map((turn) => ({
        what: `sample ${turn}`,
        xml: writtenSample(format, sampleOf(format, turn)),
      }));
      const all = [...plain, ...variants(format)];
      const verdicts = await refereeVerdicts(
        join(samples, 'xsd'),
        format,
        all.map(({ xml }) => xml),
      );
      expect(verdicts.slice(0, plain.length)).toEqual(plain.map(() => true));
      const differing: unknown[] = [];
      for (const [at, { what, xml }] of all.entries()) {
        const errors = await errorsOf(xml);
        const agrees = verdicts[at] ? errors.every(isByRule) : errors.length > 0;
        if (!agrees) differing.push({ what, schema: verdicts[at], errors });
      }
      expect(differing).toEqual([]);
    });
  });
