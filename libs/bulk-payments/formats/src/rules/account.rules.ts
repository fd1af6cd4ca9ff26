import { countrySpecs, validateIBAN, ValidationErrorsIBAN } from 'ibantools';

const SHAPE = /^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$/;

const shapeError = (iban: string): string => {
  if (iban === '') return 'is empty';
  if (/\s/.test(iban)) return 'must not contain spaces';
  if (/[a-z]/.test(iban)) return 'must be in upper case';
  return 'is not an IBAN: two letters, two digits and up to 30 letters and digits';
};

/**
 * Validates an IBAN in its electronic form (upper case, no spaces): the country, its length and pattern, and mod 97
 * (ISO 13616). National check digits inside the account number are not validated: banks issue accounts that violate the
 * library's tables. Returns null, or a message that follows the field's name: "CdtrAcct must not contain spaces".
 */
export const ibanError = (iban: string): string | null => {
  if (!SHAPE.test(iban)) return shapeError(iban);
  const { errorCodes } = validateIBAN(iban);
  const country = iban.slice(0, 2);
  const has = (code: ValidationErrorsIBAN): boolean => errorCodes.includes(code);
  if (has(ValidationErrorsIBAN.NoIBANCountry))
    return `starts with ${country}, which is not a country with IBANs`;
  if (has(ValidationErrorsIBAN.WrongBBANLength))
    return `has ${iban.length} characters; an IBAN of ${country} has ${countrySpecs[country]?.chars}`;
  if (has(ValidationErrorsIBAN.WrongBBANFormat)) return `does not have the format of an IBAN of ${country}`;
  return has(ValidationErrorsIBAN.WrongIBANChecksum) ? 'has wrong check digits (mod 97)' : null;
};

/** ISO 9362:2014: four letters or digits for the business party, a country, two for its location, three for a branch. */
const BIC = /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/;

/** Validates a BIC: upper case, 8 or 11 characters, an existing country. Returns null, or a message as `ibanError`. */
export const bicError = (bic: string): string | null => {
  if (bic === '') return 'is empty';
  if (/\s/.test(bic)) return 'must not contain spaces';
  if (/[a-z]/.test(bic)) return 'must be in upper case';
  if (bic.length !== 8 && bic.length !== 11) return 'must have 8 or 11 characters';
  if (!BIC.test(bic))
    return 'is not a BIC: four letters or digits, a country of two letters, then two or five letters or digits';
  const country = bic.slice(4, 6);
  return countrySpecs[country] === undefined
    ? `has an unknown country in its fifth and sixth characters: ${country}`
    : null;
};
