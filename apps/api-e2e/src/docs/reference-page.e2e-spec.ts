import type { Browser, Page } from 'playwright-core';
import { START_TIMEOUT_MS, startApi, type RunningApi } from '@financeops/testing';
import { consoleErrorsOf, launchBrowser } from '../support/browser';

let api: RunningApi;
/** A tenant's host: browsers take `*.localhost` for this machine. */
let base: string;
let browser: Browser;
let page: Page;
let errors: string[];
const requests: string[] = [];

beforeAll(async () => {
  [api, browser] = await Promise.all([startApi(), launchBrowser()]);
  base = `http://first-bank.financeops.localhost:${api.port}`;
  page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  errors = consoleErrorsOf(page);
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${base}/docs`);
}, START_TIMEOUT_MS);
afterAll(async () => {
  await browser?.close();
  await api?.stop();
});

const sidebar = (text: string) => page.getByRole('navigation').getByText(text, { exact: true });

describe('The API reference in a browser', () => {
  it('shows the title, and the operations in groups', async () => {
    await page.getByRole('heading', { name: 'FinanceOps payment platform' }).waitFor();
    for (const group of ['Authentication', 'Payments', 'Platform administration'])
      await sidebar(group).waitFor();
  });

  it('opens a group and shows an operation with its fields, an example and its replies', async () => {
    await sidebar('Payments').click();
    await sidebar('Create a payment').click();
    await page.getByRole('heading', { name: 'Create a payment' }).waitFor();
    await page.getByText("In the currency's minor unit").first().waitFor();
    await page.getByText('invoice-2026-0042').last().waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Test Request (post /v1/payments)' }).waitFor();
    await page.getByRole('tab', { name: '201' }).first().waitFor();
  });

  it('sends a request from the page', async () => {
    await sidebar('Tenant').click();
    await sidebar('Get the public branding of a tenant').click();
    await page.getByRole('button', { name: 'Test Request (get /v1/tenant/branding)' }).click();
    const reply = page.waitForResponse((response) => response.url().startsWith(`${base}/v1/`));
    await page.getByRole('button', { name: /^Send/ }).last().click();
    const response = await reply;
    expect([response.url(), response.status()]).toEqual([`${base}/v1/tenant/branding`, 200]);
  });

  it('logs no error, violates no security policy and loads nothing from other hosts', () => {
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(base) && !url.startsWith('data:'))).toEqual([]);
  });
});
