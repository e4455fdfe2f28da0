/** Sign-in by authorization code with PKCE (RFC 7636, OpenID Connect Core 3.1). Tokens live in memory
 * only; what must survive the way to the issuer and back lies in this tab's session storage. */
import { held } from './credentials';

export interface OidcSettings {
  issuer: string;
  clientId: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  scopes: string | readonly string[];
}

interface Flow {
  state: string;
  nonce: string;
  verifier: string;
  /** Where the page was, a path of its own. */
  place: string;
}

interface Tokens {
  access_token?: string;
  id_token?: string;
  refresh_token?: string;
  expires_in?: number;
  error?: string;
  error_description?: string;
}

const FLOW = 'prf-sign-in';
const SIGNED_IN = 'prf-signed-in';
/** The path the issuer comes back to. */
export const CALLBACK = '/signed-in';

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

function random(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** S256 of RFC 7636, section 4.2. */
export async function challengeOf(verifier: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(bytes));
}

/** What a token says of itself; empty when it is no JWT. The server is who verifies it. */
export function claimsOf(token: string): Record<string, unknown> {
  try {
    const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(part), (one) => one.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A place of this page only: nobody is led elsewhere after a sign-in. */
export function ownPlace(href: string, origin: string): string {
  const url = new URL(href, origin);
  if (url.origin !== origin || url.pathname === CALLBACK) return '/';
  return url.pathname + url.search + url.hash;
}

export class SignInError extends Error {}

export class Oidc {
  #refreshToken: string | null = null;

  constructor(private readonly settings: OidcSettings) {}

  /** Whether this tab was signed in before it was read anew. */
  get wasSignedIn(): boolean {
    return sessionStorage.getItem(SIGNED_IN) === 'yes';
  }

  /** The address of the issuer, with what is kept for the way back. */
  async #begin(href: string): Promise<{ url: string; flow: Flow }> {
    const { location } = globalThis;
    const flow: Flow = {
      state: random(),
      nonce: random(),
      verifier: random(),
      place: ownPlace(href, location.origin),
    };
    const { clientId, scopes, authorizationEndpoint } = this.settings;
    const url = new URL(authorizationEndpoint);
    const query = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: location.origin + CALLBACK,
      scope: typeof scopes === 'string' ? scopes : scopes.join(' '),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await challengeOf(flow.verifier),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return { url: url.href, flow };
  }

  /** Leaves for the issuer. Coming back silently is tried once: who is refused sees the button. */
  async leave(href: string, isSilent: boolean): Promise<void> {
    if (isSilent) sessionStorage.removeItem(SIGNED_IN);
    const { url, flow } = await this.#begin(href);
    sessionStorage.setItem(FLOW, JSON.stringify(flow));
    location.assign(url);
  }

  /** Signs in in a window of its own, which tells this one what came back; seconds of the token. */
  async inWindow(): Promise<number> {
    // A window begins with a copy of this storage: a way that was given up must not be in it.
    sessionStorage.removeItem(FLOW);
    // Opened at once, within the press of the button: browsers block what comes later.
    const opened = open('', 'prf-sign-in', 'popup,width=480,height=640');
    if (!opened) throw new SignInError('popup_blocked');
    const { url, flow } = await this.#begin('/');
    const channel = new BroadcastChannel(FLOW);
    try {
      opened.location.href = url;
      const search = await new Promise<string>((resolve) => {
        channel.onmessage = (event: MessageEvent<string>) => {
          if (new URLSearchParams(event.data).get('state') === flow.state) resolve(event.data);
        };
      });
      return await this.#exchange(new URLSearchParams(search), flow);
    } finally {
      channel.close();
      opened.close();
    }
  }

  /** Takes the code that came back to this page. */
  async finish(query: URLSearchParams): Promise<{ lifetime: number; place: string }> {
    const stored = sessionStorage.getItem(FLOW);
    sessionStorage.removeItem(FLOW);
    const flow = stored ? (JSON.parse(stored) as Flow) : null;
    if (!flow) throw new SignInError('no_flow');
    const lifetime = await this.#exchange(query, flow);
    return { lifetime, place: ownPlace(flow.place, location.origin) };
  }

  async #exchange(query: URLSearchParams, flow: Flow): Promise<number> {
    if (query.get('state') !== flow.state) throw new SignInError('wrong_state');
    const code = query.get('code');
    if (!code) throw new SignInError(query.get('error') ?? 'no_code');
    const tokens = await this.#tokens({
      grant_type: 'authorization_code',
      code,
      redirect_uri: location.origin + CALLBACK,
      code_verifier: flow.verifier,
    });
    if (claimsOf(tokens.id_token ?? '').nonce !== flow.nonce) throw new SignInError('wrong_nonce');
    return this.#keep(tokens);
  }

  /** A new access token; seconds it lasts, or null without a refresh token. */
  async refresh(): Promise<number | null> {
    if (!this.#refreshToken) return null;
    const refresh = { grant_type: 'refresh_token', refresh_token: this.#refreshToken };
    return this.#keep(await this.#tokens(refresh));
  }

  async #tokens(body: Record<string, string>): Promise<Tokens> {
    const response = await fetch(this.settings.tokenEndpoint, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams({ ...body, client_id: this.settings.clientId }),
    });
    const tokens = (await response.json().catch(() => ({}))) as Tokens;
    if (!response.ok || !tokens.access_token) throw new SignInError(tokens.error ?? 'no_token');
    return tokens;
  }

  #keep(tokens: Tokens): number {
    held.accessToken = tokens.access_token ?? null;
    this.#refreshToken = tokens.refresh_token ?? this.#refreshToken;
    sessionStorage.setItem(SIGNED_IN, 'yes');
    return tokens.expires_in ?? 300;
  }

  forget(): void {
    held.accessToken = null;
    this.#refreshToken = null;
    sessionStorage.removeItem(SIGNED_IN);
  }
}

/** In the window that was opened for a sign-in: hands what came back to the page and closes. */
export function handBack(search: string): boolean {
  if (sessionStorage.getItem(FLOW)) return false;
  new BroadcastChannel(FLOW).postMessage(search);
  close();
  return true;
}
