import { countrySpecs, validateIBAN, ValidationErrorsIBAN } from 'ibantools';

const SHAPE = /^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$/;

const shapeFault = (iban: string): string => {
  if (iban === '') return 'is empty';
  if (/\s/.test(iban)) return 'must not contain blanks';
  if (/[a-z]/.test(iban)) return 'must be in upper case';
  return 'is not an IBAN: two letters, two digits and up to 30 letters and digits';
};

/**
 * What is wrong with an IBAN in its electronic form (upper case, no blanks), or null.
 * Checked: the country, its length and pattern, and mod 97 (ISO 13616). Check digits that some countries keep inside the
 * account number are not: banks issue accounts that break the library's tables for them, and the bank's own system decides.
 * The message follows the field's name: "CdtrAcct must not contain blanks".
 */
export const ibanFault = (iban: string): string | null => {
  if (!SHAPE.test(iban)) return shapeFault(iban);
  const { errorCodes } = validateIBAN(iban);
  const country = iban.slice(0, 2);
  const has = (code: ValidationErrorsIBAN): boolean => errorCodes.includes(code);
  if (has(ValidationErrorsIBAN.NoIBANCountry)) return `names no country that has IBANs: ${country}`;
  if (has(ValidationErrorsIBAN.WrongBBANLength))
    return `has ${iban.length} characters, an IBAN of ${country} has ${countrySpecs[country]?.chars}`;
  if (has(ValidationErrorsIBAN.WrongBBANFormat)) return `does not have the format of an IBAN of ${country}`;
  return has(ValidationErrorsIBAN.WrongIBANChecksum) ? 'has wrong check digits (mod 97)' : null;
};

/** ISO 9362:2014: four letters or digits for the business party, a country, two for its location, three for a branch. */
const BIC = /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/;

/** What is wrong with a BIC (upper case, 8 or 11 characters, an existing country), or null. */
export const bicFault = (bic: string): string | null => {
  if (bic === '') return 'is empty';
  if (/\s/.test(bic)) return 'must not contain blanks';
  if (/[a-z]/.test(bic)) return 'must be in upper case';
  if (bic.length !== 8 && bic.length !== 11) return 'must have 8 or 11 characters';
  if (!BIC.test(bic))
    return 'is not a BIC: four letters or digits, a country of two letters, then two or five letters or digits';
  const country = bic.slice(4, 6);
  return countrySpecs[country] === undefined
    ? `names no country in its fifth and sixth character: ${country}`
    : null;
};
