// A real, certified OpenID provider on loopback for the tests of signing in with one. Everybody who comes is the person
// of `/test/person`, without being asked. Its tokens can be spoiled by `/test/spoil`, one way at a time.
//
// BALCAO_E2E_OIDC_PROVIDER is the folder of `oidc-provider`; `{"issuer":…}` is printed once it listens.

import { createRequire } from 'node:module';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.BALCAO_E2E_OIDC_PROVIDER;
const require = createRequire(path.join(folder, 'package.json'));
const { Provider } = await import(pathToFileURL(path.join(folder, 'lib/index.js')));
const jose = await import(pathToFileURL(require.resolve('jose')));

const key = async () => {
  const { privateKey } = await jose.generateKeyPair('RS256', { extractable: true });
  return { privateKey, jwk: { ...(await jose.exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: crypto.randomUUID() } };
};
const [ours, another] = [await key(), await key()];

let person = { sub: 'ana', email: 'ana@acmestore.example', email_verified: true };
let spoil = '';

const server = http.createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: 'balcao', client_secret: 'a secret of the tests', redirect_uris: ['http://127.0.0.1/support/google/callback'] }],
  jwks: { keys: [ours.jwk] },
  cookies: { keys: ['keys of the tests'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true, methods: ['S256'] },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
});
// The application's port is not known when this starts.
provider.Client.prototype.redirectUriAllowed = (uri) => /^http:\/\/127\.0\.0\.1:\d+\/support\/google\/callback$/.test(uri);

const ways = {
  nonce: (claims) => ({ ...claims, nonce: 'another' }),
  'no-nonce': ({ nonce, ...claims }) => claims,
  audience: (claims) => ({ ...claims, aud: 'another' }),
  'two-audiences': (claims) => ({ ...claims, aud: ['balcao', 'another'] }),
  expired: (claims) => ({ ...claims, iat: claims.iat - 7200, exp: claims.iat - 3600 }),
  future: (claims) => ({ ...claims, iat: claims.iat + 3600, exp: claims.exp + 3600 }),
  issuer: (claims) => ({ ...claims, iss: 'https://accounts.example.com' }),
  unverified: (claims) => ({ ...claims, email_verified: false }),
  'verified-text': (claims) => ({ ...claims, email_verified: 'false' }),
  'no-email': ({ email, email_verified, ...claims }) => claims,
};
provider.use(async (ctx, next) => {
  await next();
  if (ctx.path !== '/token' || !ctx.body?.id_token || !spoil) return;
  const claims = jose.decodeJwt(ctx.body.id_token);
  const sign = (claims, { privateKey, jwk }) =>
    new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: jwk.kid }).sign(privateKey);
  if (spoil === 'down') {
    ctx.status = 503;
    ctx.body = 'out of order';
  } else if (spoil === 'no-token') {
    delete ctx.body.id_token;
  } else if (spoil === 'signature') {
    ctx.body.id_token = await sign(claims, { privateKey: another.privateKey, jwk: ours.jwk });
  } else if (spoil === 'unknown-key') {
    ctx.body.id_token = await sign(claims, another);
  } else if (spoil === 'unsigned') {
    ctx.body.id_token = new jose.UnsecuredJWT(claims).encode();
  } else if (spoil === 'shared-key') {
    const secret = new TextEncoder().encode('a secret of the tests');
    ctx.body.id_token = await new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret);
  } else if (ways[spoil]) {
    ctx.body.id_token = await sign(ways[spoil](claims), ours);
  }
});

const callback = provider.callback();
const body = async (request) => {
  let text = '';
  for await (const part of request) text += part;
  return text;
};
server.on('request', async (request, response) => {
  try {
    if (request.url === '/test/person') {
      person = JSON.parse(await body(request));
      response.writeHead(204).end();
    } else if (request.url === '/test/spoil') {
      spoil = await body(request);
      response.writeHead(spoil === '' || spoil in ways || /^[a-z-]+$/.test(spoil) ? 204 : 400).end();
    } else if (request.url.startsWith('/interaction/')) {
      await provider.interactionFinished(request, response, { login: { accountId: person.sub } });
    } else {
      await callback(request, response);
    }
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.writeHead(500).end();
  }
});
console.log(JSON.stringify({ issuer }));
