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

/** What a page complained of: errors on its console (violations of its content security policy are among them) and uncaught ones. */
export const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  return complaints;
};
