import type { SectionName } from '../options';

const begin = (section: string) => `<!-- bench:${section}, written by npm run bench -- --write -->`;
const end = (section: string) => `<!-- /bench:${section} -->`;

/**
 * The document with a section's text in its place, between two marks; what people wrote around it stays.
 * @throws Error when the document doesn't have the marks
 */
export const withSection = (document: string, section: SectionName, text: string): string => {
  const from = document.indexOf(begin(section));
  const to = document.indexOf(end(section));
  if (from < 0 || to < from)
    throw new Error(`there is no place for the section ${section}: ${begin(section)}`);
  return `${document.slice(0, from)}${begin(section)}\n\n${text.trim()}\n\n${document.slice(to)}`;
};
