import { chromium, type Browser, type Page } from 'playwright-core';

/** Debian's; nothing is downloaded, and nothing but the page's own requests leaves the browser. */
const OPTIONS = {
  executablePath: '/usr/bin/chromium',
  args: [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ],
};

export const launchBrowser = (): Promise<Browser> => chromium.launch(OPTIONS);

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
