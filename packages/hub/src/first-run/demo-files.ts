/** The two small repositories of a first run: real enough for an agent to read, run and mend something in them. */
export interface DemoRepository {
  readonly folder: string;
  readonly name: string;
  readonly icon: string;
  readonly description: string;
  /** Path in the repository to content. */
  readonly files: Readonly<Record<string, string>>;
}

const invoiceApi: DemoRepository = {
  folder: 'invoice-api',
  name: 'Invoice API',
  icon: '🧾',
  description: 'Demo: sums up invoices; one of its tests fails',
  files: {
    'README.md': `# Invoice API

Adds up invoices: net, VAT and gross, in whole cents.

    node --test        runs the tests; one fails, and rightly so
    node server.mjs    listens on http://127.0.0.1:8087/invoice

This is a demo project that agor made. Change it, break it, delete it.
`,
    'package.json': `{
  "name": "invoice-api",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": { "start": "node server.mjs", "test": "node --test" }
}
`,
    'src/invoice.mjs': `/** Adds up the lines of an invoice. Amounts are whole cents; a rate of 23 means 23 %. */
export function totalOf(lines) {
  const net = lines.reduce((sum, line) => sum + line.quantity * line.unitCents, 0);
  const vat = lines.reduce((sum, line) => sum + vatOf(line), 0);
  return { net, vat, gross: net + vat };
}

/** VAT of one line, rounded to whole cents. */
function vatOf(line) {
  return Math.floor((line.quantity * line.unitCents * line.vatRate) / 100);
}
`,
    'test/invoice.test.mjs': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalOf } from '../src/invoice.mjs';

test('adds up the lines', () => {
  const lines = [
    { quantity: 2, unitCents: 1000, vatRate: 23 },
    { quantity: 1, unitCents: 500, vatRate: 8 },
  ];
  assert.deepEqual(totalOf(lines), { net: 2500, vat: 500, gross: 3000 });
});

test('rounds half a cent of VAT up', () => {
  assert.equal(totalOf([{ quantity: 1, unitCents: 50, vatRate: 23 }]).vat, 12);
});

test('an invoice without lines costs nothing', () => {
  assert.deepEqual(totalOf([]), { net: 0, vat: 0, gross: 0 });
});
`,
    'server.mjs': `import { createServer } from 'node:http';
import { totalOf } from './src/invoice.mjs';

const lines = [{ quantity: 3, unitCents: 1999, vatRate: 23 }];

createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ lines, total: totalOf(lines) }));
}).listen(8087, '127.0.0.1', () => console.log('http://127.0.0.1:8087/invoice'));
`,
    '.gitignore': 'node_modules/\n',
  },
};

const webShop: DemoRepository = {
  folder: 'web-shop',
  name: 'Web Shop',
  icon: '🛒',
  description: 'Demo: a page with a shopping cart that forgets its discount',
  files: {
    'README.md': `# Web Shop

One page, no build: open \`index.html\`. The cart's arithmetic is in \`cart.mjs\`.

    node --test        runs the tests; one fails, and rightly so

This is a demo project that agor made. Change it, break it, delete it.
`,
    'package.json': `{
  "name": "web-shop",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test" }
}
`,
    'index.html': `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Web Shop</title>
    <link rel="stylesheet" href="style.css" />
  </head>
  <body>
    <h1>Web Shop</h1>
    <ul id="goods"></ul>
    <p>Your cart: <output id="total">0.00</output> EUR</p>
    <script type="module" src="shop.mjs"></script>
  </body>
</html>
`,
    'style.css': `body { font: 1rem/1.5 system-ui; max-width: 40rem; margin: 2rem auto; }
li { display: flex; justify-content: space-between; padding: 0.25rem 0; }
`,
    'cart.mjs': `/** From this many cents on, the cart costs 10 % less. */
export const DISCOUNT_FROM = 5000;

export class Cart {
  #items = new Map();

  add(id, cents, quantity = 1) {
    const known = this.#items.get(id);
    this.#items.set(id, { cents, quantity: (known?.quantity ?? 0) + quantity });
  }

  /** In cents, the discount taken off. */
  total() {
    const sum = [...this.#items.values()].reduce((cents, item) => cents + item.cents * item.quantity, 0);
    return sum > DISCOUNT_FROM ? Math.round(sum * 0.9) : sum;
  }
}
`,
    'shop.mjs': `import { Cart } from './cart.mjs';

const goods = [
  { id: 'tea', name: 'Tea, 100 g', cents: 890 },
  { id: 'pot', name: 'Tea pot', cents: 3450 },
  { id: 'cup', name: 'Cup', cents: 1200 },
];
const cart = new Cart();

for (const item of goods) {
  const line = document.createElement('li');
  const button = document.createElement('button');
  button.textContent = \`Add (\${(item.cents / 100).toFixed(2)} EUR)\`;
  button.addEventListener('click', () => {
    cart.add(item.id, item.cents);
    document.querySelector('#total').value = (cart.total() / 100).toFixed(2);
  });
  line.append(item.name, button);
  document.querySelector('#goods').append(line);
}
`,
    'test/cart.test.mjs': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cart } from '../cart.mjs';

test('adds up what is in the cart', () => {
  const cart = new Cart();
  cart.add('tea', 890, 2);
  cart.add('cup', 1200);
  assert.equal(cart.total(), 2980);
});

test('gives the discount from exactly 50 EUR on', () => {
  const cart = new Cart();
  cart.add('voucher', 5000);
  assert.equal(cart.total(), 4500);
});
`,
    '.gitignore': 'node_modules/\n',
  },
};

export const demoRepositories: readonly DemoRepository[] = [invoiceApi, webShop];
