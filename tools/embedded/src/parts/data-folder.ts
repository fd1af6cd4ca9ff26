/** Where the databases’ data lies, and whether it is to survive the machine. */
export interface DataFolder {
  path: string;
  /** False: the disk is not waited for. What is acknowledged then survives a killed process, but not a power cut. */
  durable: boolean;
}
