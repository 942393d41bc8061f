// A certified OpenID Connect provider (oidc-provider) for the tests, run by `node --input-type=module` in the folder that
// `make setup` installed it into. PORTAL is the portal's address. It says where it listens on its first line, and
// takes `rotate` on standard input: from then on it signs with another key.

import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const portal = process.env.PORTAL;
const SCOPES = 'drawbridge/read drawbridge/run drawbridge/decide drawbridge/operate';
const PEOPLE = {
  ada: { name: 'Ada Lovelace', email: 'ada@example.org', groups: ['owners', 'chess'] },
  bob: { name: 'Bob', email: 'bob@example.com', groups: ['owners'] },
  zoe: { name: 'Zoe', email: 'zoe@example.org', groups: [] },
};

function provider(issuer, kid) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
  return new Provider(issuer, {
    jwks: { keys: [jwk] },
    cookies: { keys: ['a key of these tests'] },
    clients: [
      {
        client_id: 'drawbridge',
        client_secret: 'the secret of the portal',
        redirect_uris: [`${portal}/sign-in/callback`],
        post_logout_redirect_uris: [`${portal}/`],
      },
      {
        client_id: 'scripts',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/taken'],
      },
      {
        client_id: 'machine',
        client_secret: 'the secret of the machine',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email'] },
    scopes: ['openid', 'offline_access', ...SCOPES.split(' ')],
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...PEOPLE[sub] }) }),
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: SCOPES,
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
}

let answer;
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  let keys = 1;
  answer = provider(issuer, `key-${keys}`).callback();
  console.log(issuer);
  createInterface({ input: process.stdin }).on('line', () => {
    keys += 1;
    answer = provider(issuer, `key-${keys}`).callback();
    console.log(`signs with key-${keys}`);
  }).on('close', () => process.exit());
});
