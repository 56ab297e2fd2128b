// Makes headers of webhooks with Stripe's own generator, spoils most of them,
// and says of each whether Stripe's own verifier takes it. One line each:
// base64 of the header, a space, base64 of the body, a space, 1 or 0.

import Stripe from 'stripe';

const [count, secret, now] = [Number(process.argv[2]), process.argv[3],
                              Number(process.argv[4])];
const stripe = new Stripe('sk_test_none');
let seed = 1;

function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
}

function header(body, more = {}) {
  return stripe.webhooks.generateTestHeaderString({
    payload: body, secret, timestamp: now + random(500) - 250, ...more });
}

const spoil = [
  (h) => h,
  (h, body) => header(body, { timestamp: now - random(1000) }),
  (h, body) => header(body, { secret: 'whsec_other' }),
  (h, body) => header(body, { scheme: 'v0' }),
  (h, body) => h + ',' + header(body, { secret: 'whsec_old' }).split(',')[1],
  (h, body) => header(body, { secret: 'whsec_old' }) + ',' + h.split(',')[1],
  (h) => h.split(',').reverse().join(','),
  (h) => h.toUpperCase(),
  (h) => h.replace('t=', 't=0'),
  (h) => h.replace(',', 'x,'),
  (h) => h.replace(',', '=5,'),
  (h) => h + '=5',
  (h) => h + ',v1',
  (h) => h + ',t=' + now,
  (h) => ' ' + h,
  (h) => h.replace(',', ', '),
  (h) => h.slice(0, random(h.length)),
  (h) => { const i = random(h.length);
           return h.slice(0, i) + h.slice(i + 1); },
  (h) => { const i = random(h.length);
           return h.slice(0, i) + h[random(h.length)] + h.slice(i); },
  (h) => { const i = random(h.length);
           return h.slice(0, i) + String.fromCharCode(1 + random(127))
                  + h.slice(i + 1); },
];

for (let i = 0; i < count; i++) {
  const body = JSON.stringify({ id: 'evt_' + i, amount: random(1e6) });
  const given = spoil[i % spoil.length](header(body), body);
  let good = 1;
  try {
    stripe.webhooks.signature.verifyHeader(body, given, secret, 300,
                                           undefined, now * 1000);
  } catch {
    good = 0;
  }
  console.log([Buffer.from(given).toString('base64') || '=',
               Buffer.from(body).toString('base64'), good].join(' '));
}
