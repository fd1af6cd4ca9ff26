import {
  countrySpecs,
  validateBIC,
  validateIBAN,
  ValidationErrorsBIC,
  ValidationErrorsIBAN,
} from 'ibantools';

const SHAPE = /^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$/;

const shapeFault = (iban: string): string => {
  if (iban === '') return 'is empty';
  if (/\s/.test(iban)) return 'must not contain blanks';
  if (/[a-z]/.test(iban)) return 'must be in upper case';
  return 'is no IBAN: two letters, two digits and up to 30 letters and digits';
};

/**
 * What is wrong with an IBAN in its electronic form (upper case, no blanks), or null.
 * Checked: the country, its length and pattern, mod 97 (ISO 13616), and the check digits that some countries keep inside
 * of the account number. The text goes after the name of the field: "CdtrAcct must not contain blanks".
 */
export const ibanFault = (iban: string): string | null => {
  if (!SHAPE.test(iban)) return shapeFault(iban);
  const { valid, errorCodes } = validateIBAN(iban);
  if (valid) return null;
  const country = iban.slice(0, 2);
  const has = (code: ValidationErrorsIBAN): boolean => errorCodes.includes(code);
  if (has(ValidationErrorsIBAN.NoIBANCountry)) return `names no country that has IBANs: ${country}`;
  if (has(ValidationErrorsIBAN.WrongBBANLength))
    return `has ${iban.length} characters, an IBAN of ${country} has ${countrySpecs[country]?.chars}`;
  if (has(ValidationErrorsIBAN.WrongBBANFormat)) return `is not formed as an IBAN of ${country} is`;
  if (has(ValidationErrorsIBAN.WrongIBANChecksum)) return 'has wrong check digits (mod 97)';
  return `has wrong check digits inside of its account number, by the rule of ${country}`;
};

/** What is wrong with a BIC (ISO 9362: upper case, 8 or 11 characters, a country that exists), or null. */
export const bicFault = (bic: string): string | null => {
  if (bic === '') return 'is empty';
  if (/\s/.test(bic)) return 'must not contain blanks';
  if (/[a-z]/.test(bic)) return 'must be in upper case';
  if (bic.length !== 8 && bic.length !== 11) return 'must have 8 or 11 characters';
  const { valid, errorCodes } = validateBIC(bic);
  if (valid) return null;
  return errorCodes.includes(ValidationErrorsBIC.NoBICCountry)
    ? `names no country in its fifth and sixth character: ${bic.slice(4, 6)}`
    : 'is no BIC: six letters, then two or five letters and digits';
};
