/** A company's identity provider: keys, code flow with PKCE, and tokens that are signed. */
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it says instead of what is right. */
export interface Wrongs {
  state?: string;
  nonce?: string;
  /** Sent back instead of a code. */
  error?: string;
}

export interface Issuer {
  url: string;
  /** A token as the API takes it. */
  token: (name: string, role: string) => string;
  /** What it was asked to authorize, in the end. */
  asked: () => URLSearchParams;
  /** What was granted, in order. */
  grants: Record<string, string>[];
  wrongs: Wrongs;
  /** From now on other keys: no token it has given is right any more. */
  changeKeys: () => void;
  /** Whether whoever comes with a refresh token is sent away. */
  isForgetful: boolean;
  end: () => void;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function keys(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const shown = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  const sign = (claims: object) => {
    const message = `${part({ alg: 'RS256', kid })}.${part(claims)}`;
    return `${message}.${createSign('RSA-SHA256').update(message).sign(privateKey, 'base64url')}`;
  };
  return { shown, sign };
}

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return Object.fromEntries(new URLSearchParams(text));
}

/** Starts one on a free port; whoever comes is `kim`, a reporter, and is let in at once. */
export async function issue(): Promise<Issuer> {
  let [serial, pair] = [1, keys('k1')];
  let asked = new URLSearchParams();
  const http = createServer();
  const claims = (name: string, role: string) => ({
    iss: issuer.url,
    sub: name,
    aud: 'page',
    exp: Math.floor(Date.now() / 1000) + 3600,
    'cognito:groups': [role],
    'custom:desk': name,
  });
  const issuer: Issuer = {
    url: '',
    token: (name, role) => pair.sign(claims(name, role)),
    asked: () => asked,
    grants: [],
    wrongs: {},
    changeKeys: () => {
      serial += 1;
      pair = keys(`k${serial}`);
    },
    isForgetful: false,
    end: () => {
      http.close();
      http.closeAllConnections();
    },
  };

  function authorize(query: URLSearchParams, response: ServerResponse): void {
    asked = query;
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('state', issuer.wrongs.state ?? query.get('state') ?? '');
    if (issuer.wrongs.error) back.searchParams.set('error', issuer.wrongs.error);
    else back.searchParams.set('code', 'c-1');
    response.writeHead(302, { location: back.href }).end();
  }

  function refusal(grant: Record<string, string>): string | null {
    if (grant.client_id !== 'page') return 'invalid_client';
    if (grant.grant_type === 'refresh_token') {
      return issuer.isForgetful || grant.refresh_token !== 'refresh' ? 'invalid_grant' : null;
    }
    const challenge = createHash('sha256').update(grant.code_verifier ?? '');
    const isSame = challenge.digest('base64url') === asked.get('code_challenge');
    return isSame && grant.code === 'c-1' ? null : 'invalid_grant';
  }

  async function grant(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wanted = await formOf(request);
    issuer.grants.push(wanted);
    const error = refusal(wanted);
    if (error) {
      response.statusCode = 400;
      return void response.end(JSON.stringify({ error }));
    }
    const nonce = issuer.wrongs.nonce ?? asked.get('nonce');
    const tokens = {
      access_token: issuer.token('kim', 'user'),
      refresh_token: 'refresh',
      id_token: pair.sign({ ...claims('kim', 'user'), nonce }),
      expires_in: 3600,
    };
    response.end(JSON.stringify(tokens));
  }

  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', issuer.url);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('content-type', 'application/json');
    if (url.pathname === '/authorize') return authorize(url.searchParams, response);
    if (url.pathname === '/token') return void grant(request, response);
    const discovery = {
      issuer: issuer.url,
      jwks_uri: `${issuer.url}/keys`,
      authorization_endpoint: `${issuer.url}/authorize`,
      token_endpoint: `${issuer.url}/token`,
    };
    response.end(JSON.stringify(url.pathname === '/keys' ? { keys: [pair.shown] } : discovery));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  issuer.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return issuer;
}
