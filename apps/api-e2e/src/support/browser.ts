import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Debian's package `chromium`, or another Chromium on PATH: nothing is downloaded. */
const executable = (): string => {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) =>
    existsSync(file),
  );
  if (found === undefined)
    throw new Error('This suite needs Chromium on PATH (Debian: apt-get install chromium).');
  return found;
};

/** Headless, and without requests of the browser's own. */
export const launchBrowser = async (): Promise<Browser> =>
  chromium.launch({
    executablePath: executable(),
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });

/** Errors of a page, as they occur: on its console (including violations of its content security policy), uncaught, or of the network. */
export const consoleErrorsOf = (page: Page): string[] => {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('requestfailed', (request) => errors.push(`${request.url()}: ${request.failure()?.errorText}`));
  return errors;
};
