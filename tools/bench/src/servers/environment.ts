/** A setting that the benchmark hands to a server. @throws Error when it doesn't */
export const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
};
